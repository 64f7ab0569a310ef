package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
)

// erase sends a DELETE of a ticket, with If-Match if there is a tag.
func (a *api) erase(t *testing.T, id int64, tag string) response {
	t.Helper()
	r := a.request(t, http.MethodDelete, fmt.Sprintf("/tickets/%d", id), "")
	if tag != "" {
		r.Header.Set("If-Match", tag)
	}
	return a.do(t, r)
}

func TestDeletedTickets(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		t.Run("are gone with all that belongs to them", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			first := read[client.Ticket](t, a.once(t, "key", titled(`"billing"`)).body)
			stays := a.newTicket(t, "billing", nil)
			res := a.erase(t, first.Id, "")
			require.Equal(t, http.StatusNoContent, res.StatusCode)
			require.Empty(t, res.body)
			where := fmt.Sprintf("/tickets/%d", first.Id)
			for _, path := range []string{where, where + "/classifications"} {
				require.Equal(t, http.StatusNotFound, a.get(t, path).StatusCode, path)
			}
			require.Equal(t, http.StatusNotFound, a.erase(t, first.Id, "").StatusCode)
			require.Equal(t, http.StatusNotFound, a.patch(t, first.Id, `{"status":"closed"}`).StatusCode)
			list := read[client.TicketPage](t, a.get(t, "/tickets?q=billing").body)
			require.Len(t, list.Data, 1)
			require.Equal(t, stays.Id, list.Data[0].Id)

			again := a.once(t, "key", titled(`"billing"`))
			require.Equal(t, http.StatusCreated, again.StatusCode)
			require.Greater(t, read[client.Ticket](t, again.body).Id, stays.Id, "a new ticket")
		})

		t.Run("are those that the client has seen", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			id := a.newTicket(t, "billing", nil).Id
			for _, tag := range []string{`"1"`, `"3"`, `W/"1-gzip"`, `"abc"`} {
				res := a.erase(t, id, tag)
				require.Equal(t, http.StatusPreconditionFailed, res.StatusCode, tag)
				require.Contains(t, res.body, `"version_stale"`)
			}
			require.Equal(t, http.StatusNotFound, a.erase(t, 77, `"1"`).StatusCode)
			require.Equal(t, http.StatusNoContent, a.erase(t, id, `"1", W/"2-gzip"`).StatusCode)
			require.Equal(t, http.StatusNoContent, a.erase(t, a.newTicket(t, "billing", nil).Id, "*").StatusCode)
		})

		t.Run("may be under classification, and their request is answered with them", func(t *testing.T) {
			t.Parallel()
			var a *api
			a = serve(t, open(t), func(s *setup) {
				s.classifier = domain.ClassifierFunc(func(ctx context.Context, text domain.Text) (domain.Answer, error) {
					if text.Title() == "billing soon gone" {
						require.Equal(t, http.StatusNoContent, a.erase(t, 1, "").StatusCode)
					}
					return byWord(ctx, text)
				})
			})
			made := a.newTicket(t, "billing soon gone", nil)
			require.Equal(t, client.AIStatusPending, made.AiStatus)
			require.Equal(t, http.StatusNotFound, a.get(t, "/tickets/1").StatusCode)
		})
	})
}
