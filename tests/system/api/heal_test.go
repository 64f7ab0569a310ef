package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
)

func TestFallbacksHeal(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		m := modelserver.New(t)
		m.Behave(modelserver.Status(http.StatusServiceUnavailable))
		s := serve(t, on(fresh(t)), asking(m), withTimeout(500*time.Millisecond))
		off := serve(t, on(fresh(t)), asking(m), withTimeout(500*time.Millisecond), env{"AI_HEAL": "false"})
		fallen := func(s *server, title string) client.Ticket {
			made := s.post(t, title)
			require.Equal(t, client.AIStatusFallback, made.AiStatus)
			return made
		}
		refund, crash, corrected := fallen(s, "Refund my invoice"), fallen(s, "Crash at the start"), fallen(s, "Hello")
		left := fallen(off, "Refund my other invoice")
		change := client.TicketEdit{Category: new(client.CategoryTechnical)}
		edit, err := s.EditTicketWithResponse(t.Context(), corrected.Id, nil, change)
		require.NoError(t, err)
		require.NotNil(t, edit.JSON200, "%s", edit.Body)

		m.Behave(modelserver.Right())
		for _, each := range []*server{s, off} {
			require.Equal(t, client.AIStatusDone, each.post(t, "Another invoice").AiStatus)
		}
		for _, ticket := range []client.Ticket{refund, crash} {
			require.Eventually(t, func() bool {
				return s.ticket(t, ticket.Id).AiStatus == client.AIStatusDone
			}, patience, 50*time.Millisecond)
			record, err := s.ListClassificationsWithResponse(t.Context(), ticket.Id, &client.ListClassificationsParams{})
			require.NoError(t, err)
			require.Equal(t, client.SourceModel, record.JSON200.Data[0].Source)
		}
		require.Equal(t, client.CategoryBilling, s.ticket(t, refund.Id).Category.MustGet())
		require.Equal(t, *edit.JSON200, s.ticket(t, corrected.Id))
		require.Equal(t, 4, m.Paid(), "two new tickets and two that healed")
		s.WaitLog("fallbacks were classified anew", patience)
		_, page := s.get(t, "/metrics")
		require.Contains(t, page, `ticketd_fallbacks_healed_total 2`)
		require.Equal(t, left, off.ticket(t, left.Id))
	})
}
