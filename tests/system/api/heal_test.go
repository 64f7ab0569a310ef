package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
)

func TestFallbacksHeal(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		m := modelserver.New(t)
		m.Behave(modelserver.Status(http.StatusServiceUnavailable))
		s := system.Serve(t, system.On(fresh(t)), system.Asking(m), system.Timeout(500*time.Millisecond))
		off := system.Serve(t, system.On(fresh(t)), system.Asking(m), system.Timeout(500*time.Millisecond),
			env{"AI_HEAL": "false"})
		fallen := func(s *system.Server, title string) client.Ticket {
			made := s.Post(t, title)
			require.Equal(t, client.AIStatusFallback, made.AiStatus)
			return made
		}
		refund, crash, corrected := fallen(s, "Refund my invoice"), fallen(s, "Crash at the start"),
			fallen(s, "Hello")
		left := fallen(off, "Refund my other invoice")
		change := client.TicketEdit{Category: new(client.CategoryTechnical)}
		edited := s.Edit(t, corrected.Id, change)

		m.Behave(modelserver.Right())
		for _, each := range []*system.Server{s, off} {
			require.Equal(t, client.AIStatusDone, each.Post(t, "Another invoice").AiStatus)
		}
		for _, ticket := range []client.Ticket{refund, crash} {
			require.Eventually(t, func() bool {
				return s.Ticket(t, ticket.Id).AiStatus == client.AIStatusDone
			}, patience, 50*time.Millisecond)
			record := s.Record(t, ticket.Id)
			require.Equal(t, client.SourceModel, record[len(record)-1].Source)
		}
		require.Equal(t, client.CategoryBilling, s.Ticket(t, refund.Id).Category.MustGet())
		require.Equal(t, edited, s.Ticket(t, corrected.Id))
		require.Equal(t, 4, m.Paid(), "two new tickets and two that healed")
		s.WaitLog("fallbacks were classified anew", patience)
		_, page := s.Get(t, "/metrics")
		require.Contains(t, page, `ticketd_fallbacks_healed_total 2`)
		require.Equal(t, left, off.Ticket(t, left.Id))
	})
}
