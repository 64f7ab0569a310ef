package httpapi_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
)

// model answers as a paid model does; a title says how: "fail" fails, "stumble" fails at the first call.
func model() func(*setup) {
	calls := map[string]int{}
	return func(s *setup) {
		s.classifier = domain.ClassifierFunc(func(_ context.Context, text domain.Text) (domain.Answer, error) {
			a := domain.Answer{
				Source: domain.SourceModel, Model: "m-2", PromptVersion: "v7", InputTokens: 412, OutputTokens: 38,
			}
			calls[text.Title()]++ // a test sends one ticket after the other
			switch {
			case text.Title() == "fail":
				return domain.Answer{}, domain.ErrClassifierKey
			case strings.HasPrefix(text.Title(), "stumble") && calls[text.Title()] == 1:
				return a, domain.ErrBadAnswer
			}
			var err error
			a.Verdict, err = domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.9), new(0.6),
				"It is\nabout money. "+strings.Repeat("z", 400))
			return a, err
		})
	}
}

// record reads a ticket's record, newest first.
func (a *api) record(t *testing.T, id int64) []client.Classification {
	t.Helper()
	res, err := a.ListClassificationsWithResponse(t.Context(), id,
		&client.ListClassificationsParams{Limit: ptr(100)})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	require.True(t, res.JSON200.Pagination.NextCursor.IsNull())
	return res.JSON200.Data
}

func TestTheRecordOfATicket(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		t.Run("has all that is known of a call", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), model(), atNoon)
			list := a.record(t, a.newTicket(t, "t", nil).Id)
			require.Len(t, list, 1)
			e := list[0]
			require.Equal(t, client.SourceModel, e.Source)
			require.Equal(t, "m-2 v7", e.Model.MustGet()+" "+e.PromptVersion.MustGet())
			require.Equal(t, "billing high", fmt.Sprint(e.Category.MustGet(), " ", e.Priority.MustGet()))
			require.Equal(t, "0.9 0.6", fmt.Sprint(e.Confidence.MustGet(), " ", e.PriorityConfidence.MustGet()))
			require.Equal(t, "1 412 38", fmt.Sprint(e.Attempt, e.InputTokens, e.OutputTokens))
			require.True(t, e.Error.IsNull())
			require.True(t, e.CreatedAt.Equal(noon))
			require.Len(t, []rune(e.Reason.MustGet()), 300)
			require.True(t, strings.HasPrefix(e.Reason.MustGet(), "It is about money."))
		})

		t.Run("has every call and every person's verdict, newest first, even within 1 µs", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), model(), atNoon)
			id := a.newTicket(t, "stumble", nil).Id
			a.edited(t, id, `{"status":"closed"}`)
			a.edited(t, id, `{"category":"general"}`)
			a.edited(t, id, `{"confirmed":true}`)
			_, err := a.ClassifyTicketWithResponse(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, []string{
				"model 1 billing high", "human 0 general high", "human 0 general high", "model 2 billing high",
				"model 1 bad_answer",
			}, lines(a.record(t, id)))
		})

		t.Run("has the failure that the fallback came from", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), model())
			list := a.record(t, a.newTicket(t, "fail", nil).Id)
			require.Equal(t, []string{"fallback 1 general medium classifier_key"}, lines(list))
			require.True(t, list[0].Model.IsNull() && list[0].Reason.IsNull() && list[0].PromptVersion.IsNull())
		})

		t.Run("shows an answer that came after a person had decided as superseded", func(t *testing.T) {
			t.Parallel()
			s := open(t)
			var a *api
			a = serve(t, s, func(cfg *setup) {
				cfg.classifier = domain.ClassifierFunc(func(ctx context.Context,
					text domain.Text) (domain.Answer, error) {
					if res, err := a.EditTicketWithResponse(ctx, 1, nil,
						client.TicketEdit{Priority: ptr(client.PriorityMedium)}); err != nil || res.JSON200 == nil {
						return domain.Answer{}, fmt.Errorf("the edit failed: %w", err)
					}
					return byWord(ctx, text)
				})
			})
			require.Equal(t, "open done general medium by human, none", labels(a.newTicket(t, "billing high", nil)))
			require.ElementsMatch(t, []string{"local 1 billing high superseded", "human 0 general medium"},
				lines(a.record(t, 1)))
		})

		t.Run("is empty for a ticket that waits, and missing for one that is not", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), func(s *setup) { s.queued = true })
			require.Empty(t, a.record(t, a.newTicket(t, "t", nil).Id))
			gone("GET", "", "ticket_not_found").check(t, a.get(t, "/tickets/77/classifications"))
		})

		t.Run("holds nothing of the ticket's text", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), model())
			for _, title := range []string{"zanzibar", "stumble zanzibar"} {
				res, err := a.CreateTicketWithResponse(t.Context(), nil,
					client.NewTicket{Title: title, Description: "timbuktu " + title})
				require.NoError(t, err)
				a.edited(t, res.JSON201.Id, `{"category":"technical"}`)
				text := a.get(t, fmt.Sprintf("/tickets/%d/classifications", res.JSON201.Id)).body
				require.NotContains(t, text, "zanzibar")
				require.NotContains(t, text, "timbuktu")
			}
			require.NotContains(t, a.log.String(), "zanzibar")
		})
	})
}

// lines describes entries in words: source, attempt, labels, error.
func lines(list []client.Classification) []string {
	var words []string
	for _, e := range list {
		line := fmt.Sprint(e.Source, " ", e.Attempt)
		if !e.Category.IsNull() {
			line += fmt.Sprint(" ", e.Category.MustGet(), " ", e.Priority.MustGet())
		}
		if !e.Error.IsNull() {
			line += " " + e.Error.MustGet()
		}
		words = append(words, line)
	}
	return words
}

func TestPagesOfTheRecord(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t), atNoon)
		id, other := a.newTicket(t, "t", nil).Id, a.newTicket(t, "t", nil).Id
		for range 6 {
			for _, on := range []int64{id, other} {
				a.edited(t, on, `{"confirmed":true}`)
			}
		}
		path := fmt.Sprintf("/tickets/%d/classifications?", id)
		all := a.page(t, path).ids()
		require.Len(t, all, 7)
		require.True(t, slices.IsSortedFunc(all, func(a, b int64) int { return int(b - a) }))

		for limit := 1; limit <= 8; limit++ {
			t.Run(fmt.Sprintf("of %d show each entry once", limit), func(t *testing.T) {
				t.Parallel()
				pages := a.walk(t, path, limit, true)
				require.Equal(t, all, slices.Concat(pages...))
				require.Len(t, pages, max(1, (len(all)+limit-1)/limit))
			})
		}

		t.Run("stand still while entries come", func(t *testing.T) {
			t.Parallel()
			busy := a.newTicket(t, "t", nil).Id
			a.edited(t, busy, `{"confirmed":true}`)
			path := fmt.Sprintf("/tickets/%d/classifications?limit=1", busy)
			first := a.page(t, path)
			a.edited(t, busy, `{"category":"billing"}`)
			second := a.page(t, first.next(path))
			require.Less(t, second.ids()[0], first.ids()[0])
			require.True(t, second.Pagination.NextCursor.IsNull(), "the new entry is not in the rest")
		})

		mine := a.page(t, path+"limit=1").Pagination.NextCursor.MustGet()
		theirs := a.page(t, fmt.Sprintf("/tickets/%d/classifications?limit=1",
			other)).Pagination.NextCursor.MustGet()
		ofTickets := a.page(t, "/tickets?limit=1").Pagination.NextCursor.MustGet()
		forge := func(list string) string {
			plain, err := base64.RawURLEncoding.DecodeString(mine)
			require.NoError(t, err)
			parts := strings.Split(string(plain), ".")
			parts[1] = list
			return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, ".")))
		}
		for name, h := range map[string]hostile{
			"a cursor of another ticket":         query(path+"cursor="+theirs, "cursor"),
			"a cursor of the tickets":            query(path+"cursor="+ofTickets, "cursor"),
			"its cursor for the tickets":         query("/tickets?cursor="+mine, "cursor"),
			"a cursor that is made up":           query(path+"cursor=abc", "cursor"),
			"a cursor of no ticket":              query(path+"cursor="+forge("classifications-"), "cursor"),
			"a cursor of a ticket in words":      query(path+"cursor="+forge("classifications-x"), "cursor"),
			"a cursor of 201 letters":            query(path+"cursor="+strings.Repeat("A", 201), "cursor"),
			"a bad cursor and a bad limit":       query(path+"cursor=abc&limit=0", "cursor", "limit"),
			"a cursor twice":                     query(path+"cursor="+mine+"&cursor="+mine, "cursor"),
			"an offset":                          query(path+"offset=1", "offset"),
			"a filter":                           query(path+"source=human", "source"),
			"a limit of 101":                     query(path+"limit=101", "limit"),
			"an id that is no number":            query("/tickets/x/classifications", "id"),
			"a missing ticket with a bad cursor": query("/tickets/77/classifications?cursor=abc", "cursor"),
		} {
			t.Run("refuse "+name, func(t *testing.T) {
				t.Parallel()
				h.check(t, a.do(t, h.request(t, a)))
			})
		}
	})
}
