package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
)

func TestCreateTicket(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))

		t.Run("answers with the stored ticket, classified, and where it is", func(t *testing.T) {
			t.Parallel()
			res, err := a.CreateTicketWithResponse(t.Context(), nil,
				client.NewTicket{Title: "billing high", Description: "d"})
			require.NoError(t, err)
			require.NotNil(t, res.JSON201, "%s", res.Body)
			require.Equal(t, fmt.Sprintf("/tickets/%d", res.JSON201.Id), res.Headers201.Location)
			require.Equal(t, client.AIStatusDone, res.JSON201.AiStatus)
			require.Equal(t, client.StatusOpen, res.JSON201.Status)
			require.Equal(t, client.CategoryBilling, res.JSON201.Category.MustGet())
			require.Equal(t, client.PriorityHigh, res.JSON201.Priority.MustGet())
			require.InDelta(t, 0.75, res.JSON201.AiConfidence.MustGet(), 0, "the category's, not the priority's")
			require.Equal(t, client.SourceLocal, res.JSON201.ClassifiedBy.MustGet())
			require.True(t, res.JSON201.CreatedBy.IsNull())

			found := a.do(t, a.request(t, http.MethodGet, res.Headers201.Location, ""))
			require.JSONEq(t, string(res.Body), found.body)
		})

		t.Run("keeps the text as sent", func(t *testing.T) {
			t.Parallel()
			title, description := "  Ünïcode 🎫\t", "a\r\nb\u200b<script>\"\\ "
			made, err := a.CreateTicketWithResponse(t.Context(), nil,
				client.NewTicket{Title: title, Description: description})
			require.NoError(t, err)
			require.NotNil(t, made.JSON201, "%s", made.Body)
			got, err := a.GetTicketWithResponse(t.Context(), made.JSON201.Id)
			require.NoError(t, err)
			require.Equal(t, title, got.JSON200.Title)
			require.Equal(t, description, got.JSON200.Description)
		})
	})
}

func TestCreateTicketWithAFailingClassifier(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		for name, c := range map[string]domain.ClassifierFunc{
			"that has no verdict": func(context.Context, domain.Text) (domain.Answer, error) {
				return domain.Answer{}, nil
			},
			"that is hopeless": func(context.Context, domain.Text) (domain.Answer, error) {
				return domain.Answer{}, domain.ErrClassifierKey
			},
			"that breaks": func(context.Context, domain.Text) (domain.Answer, error) {
				return domain.Answer{}, errors.New("secret")
			},
			"that takes too long": func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
				<-ctx.Done()
				return domain.Answer{}, ctx.Err()
			},
		} {
			t.Run("one "+name+" leaves the fallback", func(t *testing.T) {
				t.Parallel()
				a := serve(t, open(t), func(s *setup) { s.classifier, s.timeout = c, 300*time.Millisecond })
				made := a.newTicket(t, "billing", nil)
				require.Equal(t, client.AIStatusFallback, made.AiStatus)
				require.Equal(t, client.CategoryGeneral, made.Category.MustGet())
				require.Equal(t, client.PriorityMedium, made.Priority.MustGet())
				require.Zero(t, made.AiConfidence.MustGet())
				require.Equal(t, client.SourceFallback, made.ClassifiedBy.MustGet())
			})
		}
	})
}

func TestTheCreatorOfATicket(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		creator := func(t *testing.T, a *api, createdBy *int64) client.Ticket {
			t.Helper()
			return a.newTicket(t, "x", createdBy)
		}

		t.Run("without an admin it is the user that the request names, or nobody", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			ann := a.newUser(t, "Ann", "ann@example.com")
			a.newUser(t, "Admin", "other@example.com")
			a.newUser(t, "admin ", "another@example.com")
			require.Equal(t, ann.Id, creator(t, a, &ann.Id).CreatedBy.MustGet())
			require.True(t, creator(t, a, nil).CreatedBy.IsNull())
		})

		t.Run("with an admin it is the oldest of them, whomever the request names", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			ann := a.newUser(t, "Ann", "ann@example.com")
			admin := a.newUser(t, "admin", "admin@example.com")
			second := a.newUser(t, "admin", "second@example.com")
			for _, named := range []*int64{nil, &ann.Id, &second.Id, ptr(int64(1 << 40))} {
				require.Equal(t, admin.Id, creator(t, a, named).CreatedBy.MustGet())
			}
			removed, err := a.DeleteUserWithResponse(t.Context(), admin.Id)
			require.NoError(t, err)
			require.Equal(t, http.StatusNoContent, removed.StatusCode())
			require.Equal(t, second.Id, creator(t, a, &ann.Id).CreatedBy.MustGet())
		})

		t.Run("a user who does not exist is refused by name", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			res, err := a.CreateTicketWithResponse(t.Context(), nil,
				client.NewTicket{Title: "x", Description: "d", CreatedBy: ptr(int64(77))})
			require.NoError(t, err)
			require.NotNil(t, res.ApplicationproblemJSON400, "%s", res.Body)
			require.Equal(t, []client.FieldError{
				{Field: "createdBy", Message: "createdBy names a user who does not exist"},
			},
				*res.ApplicationproblemJSON400.Errors)
		})

		t.Run("a deleted one is null, also in lists", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			ann := a.newUser(t, "Ann", "ann@example.com")
			made := creator(t, a, &ann.Id)
			_, err := a.DeleteUserWithResponse(t.Context(), ann.Id)
			require.NoError(t, err)
			got, err := a.GetTicketWithResponse(t.Context(), made.Id)
			require.NoError(t, err)
			require.True(t, got.JSON200.CreatedBy.IsNull())
			list, err := a.ListTicketsWithResponse(t.Context(), &client.ListTicketsParams{CreatedBy: &ann.Id})
			require.NoError(t, err)
			require.Empty(t, list.JSON200.Data)
		})
	})
}

func TestTextAtItsLimits(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))
		for name, c := range map[string]client.NewTicket{
			"one character":                            {Title: "x", Description: "y"},
			"200 code points of two bytes":             {Title: strings.Repeat("é", 200), Description: "y"},
			"200 code points of two UTF-16 units":      {Title: strings.Repeat("🎫", 200), Description: "y"},
			"20,000 code points":                       {Title: "x", Description: strings.Repeat("z", 20_000)},
			"20,000 code points of two UTF-16 units":   {Title: "x", Description: strings.Repeat("🎫", 20_000)},
			"20,000 code points that JSON escapes":     {Title: "x", Description: strings.Repeat("\"", 20_000)},
			"200 combining marks on one letter":        {Title: "e" + strings.Repeat("\u0301", 199), Description: "y"},
			"line breaks, tabs and letters around":     {Title: "\n\r\ta\t\r\n", Description: "\n\nb\n"},
			"characters from right to left":            {Title: "שלום \u202eabc", Description: "مرحبا"},
			"noncharacters, and what replaces nothing": {Title: "\ufffd\uffff", Description: "\U0010ffff"},
		} {
			t.Run(name+" are taken and kept", func(t *testing.T) {
				t.Parallel()
				res, err := a.CreateTicketWithResponse(t.Context(), nil, c)
				require.NoError(t, err)
				require.NotNil(t, res.JSON201, "%.300s", res.Body)
				got, err := a.GetTicketWithResponse(t.Context(), res.JSON201.Id)
				require.NoError(t, err)
				require.Equal(t, c.Title, got.JSON200.Title)
				require.Equal(t, c.Description, got.JSON200.Description)
			})
		}
	})
}
