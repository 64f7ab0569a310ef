package sqlite_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/sqlite"
	"ticketd/domain"
	"ticketd/ports"
)

// subscribe stores a webhook of every event from now on.
func subscribe(t *testing.T, s *sqlite.Store) domain.WebhookID {
	t.Helper()
	w := domain.NewWebhook(time.Now())
	w.URL = "https://example.com/hooks"
	w, err := s.AddWebhook(t.Context(), w)
	require.NoError(t, err)
	return w.ID
}

// TestWebhooksShareWhatOneStepHandsOut: the step is one transaction, for whose end every writer waits.
func TestWebhooksShareWhatOneStepHandsOut(t *testing.T) {
	t.Parallel()
	s := open(t, sqlite.InMemory)
	early := []domain.WebhookID{subscribe(t, s), subscribe(t, s), subscribe(t, s)}
	for range 10 {
		ticket, err := domain.NewTicket("t", "d", nil, domain.Creators{}, time.Now())
		require.NoError(t, err)
		_, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
		require.NoError(t, err)
	}
	subscribe(t, s) // there is nothing for it yet
	waiting := func() (counts []int) {
		for _, id := range early {
			list, err := s.ListDeliveries(t.Context(), id, domain.DeliveryPending, ports.Page{Limit: 100})
			require.NoError(t, err)
			counts = append(counts, len(list.Items))
		}
		return counts
	}
	for _, step := range []struct {
		limit, stored int
		more          bool
		waiting       []int
	}{
		{12, 12, true, []int{4, 4, 4}},
		{2, 3, true, []int{5, 5, 5}}, // one event each, at least
		{30, 15, false, []int{10, 10, 10}},
		{30, 0, false, []int{10, 10, 10}},
	} {
		stored, more, err := s.FanOut(t.Context(), step.limit)
		require.NoError(t, err)
		require.Equal(t, step.stored, stored)
		require.Equal(t, step.more, more)
		require.Equal(t, step.waiting, waiting())
	}
}
