package porttest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func endRecorded(t *testing.T, s Stores) {
	w := addHook(t, s)
	tickets := addMany(t, s, 3)
	fanOut(t, s, 3)
	due := claimDeliveries(t, s, 10, 10)
	require.NoError(t, s.EndDeliveries(t.Context(), []ports.DeliveryEnd{
		{Delivery: due[0], State: domain.DeliveryDelivered, Status: 204, Latency: 1234 * time.Microsecond},
		{Delivery: due[1], State: domain.DeliveryPending, Wait: long, Status: 503, Error: "http_503"},
		{Delivery: due[2], State: domain.DeliveryFailed, Error: "timeout", Latency: time.Second},
	}))
	list := deliveries(t, s, w.ID, domain.DeliveryState{})
	slices.Reverse(list)
	for i, want := range []domain.Delivery{
		{State: domain.DeliveryDelivered, Status: 204, Latency: 1234 * time.Microsecond},
		{State: domain.DeliveryPending, Status: 503, Error: "http_503"},
		{State: domain.DeliveryFailed, Error: "timeout", Latency: time.Second},
	} {
		got := list[i]
		require.Equal(t, i == 1, got.NextAt != nil)
		if got.NextAt != nil {
			require.WithinDuration(t, time.Now().Add(long), *got.NextAt, time.Minute)
		}
		require.WithinDuration(t, time.Now(), got.CreatedAt, time.Minute)
		require.WithinDuration(t, time.Now(), got.UpdatedAt, time.Minute)
		want.ID, want.Webhook, want.EventID, want.Ticket = due[i].ID, w.ID, due[i].Event.ID, tickets[i].ID()
		want.EventType, want.Attempts = domain.EventCreated, 1
		want.NextAt, want.CreatedAt, want.UpdatedAt = got.NextAt, got.CreatedAt, got.UpdatedAt
		require.Equal(t, want, got)
	}
	require.Empty(t, claimDeliveries(t, s, 10, 10))
}

func endFailing(t *testing.T, s Stores) {
	w, other := addHook(t, s), addHook(t, s)
	addMany(t, s, 12)
	fanOut(t, s, 24)
	due := claimDeliveries(t, s, 100, 100)
	due = slices.DeleteFunc(due, func(d ports.DueDelivery) bool { return d.Webhook.ID != w.ID })
	require.Len(t, due, 12)
	failing := func(states ...domain.DeliveryState) time.Duration {
		var ends []ports.DeliveryEnd
		for _, state := range states {
			ends = append(ends, ports.DeliveryEnd{Delivery: due[0], State: state, Wait: long})
			due = due[1:]
		}
		require.NoError(t, s.EndDeliveries(t.Context(), ends))
		return readHook(t, s, w.ID).FailingFor
	}
	yes, no, later := domain.DeliveryDelivered, domain.DeliveryFailed, domain.DeliveryPending
	require.Zero(t, failing(yes))
	require.Positive(t, failing(later))
	before := failing(no)
	require.Positive(t, before)
	require.GreaterOrEqual(t, failing(later), before)
	require.Zero(t, failing(yes))
	require.Zero(t, failing(no, yes))
	require.Positive(t, failing(yes, no))
	require.Zero(t, failing(no, yes))
	require.Positive(t, failing(no))
	require.Zero(t, readHook(t, s, other.ID).FailingFor)
	require.Equal(t, w.Version, readHook(t, s, w.ID).Version, "people may go on editing it")

	failed := readHook(t, s, w.ID)
	require.NoError(t, failed.Change(domain.WebhookChange{Active: new(true)}, receivers))
	require.NoError(t, s.SaveWebhook(t.Context(), failed))
	require.Zero(t, readHook(t, s, w.ID).FailingFor)
}

func claimForgotten(t *testing.T, s Stores) {
	w := addHook(t, s)
	ticket := add(t, s, noon)
	fanOut(t, s, 1)
	eventually(t, func() (bool, error) {
		n, err := s.SweepEvents(t.Context(), 0, 10)
		return n == 1, err
	})
	ticket.Close(noon)
	save(t, s, ticket)
	fanOut(t, s, 1)
	require.Empty(t, claimDeliveries(t, s, 10, 10))
	require.Equal(t, []ticketEvent{{ticket.ID(), domain.EventClosed}}, told(claimDeliveries(t, s, 10, 10)))
	list := deliveries(t, s, w.ID, domain.DeliveryFailed)
	require.Len(t, list, 1)
	require.Equal(t, domain.ErrorForgotten, list[0].Error)
	require.Zero(t, readHook(t, s, w.ID).FailingFor)
}

func sweepEnded(t *testing.T, s Stores) {
	w := addHook(t, s)
	addMany(t, s, 5)
	fanOut(t, s, 5)
	due := claimDeliveries(t, s, 10, 10)
	end(t, s, domain.DeliveryDelivered, due[:2]...)
	end(t, s, domain.DeliveryFailed, due[2])
	n, err := s.SweepDeliveries(t.Context(), long, 10)
	require.NoError(t, err)
	require.Zero(t, n)
	swept := 0
	eventually(t, func() (bool, error) {
		n, err := s.SweepDeliveries(t.Context(), 0, 2)
		require.LessOrEqual(t, n, 2)
		swept += n
		return swept == 3, err
	})
	require.Len(t, deliveries(t, s, w.ID, domain.DeliveryState{}), 2)
	end(t, s, domain.DeliveryDelivered, due[3:]...)
	require.Len(t, deliveries(t, s, w.ID, domain.DeliveryDelivered), 2)
}

func deliveryBacklog(t *testing.T, s Stores) {
	backlog := func() ports.DeliveryBacklog {
		b, err := s.DeliveryBacklog(t.Context())
		require.NoError(t, err)
		return b
	}
	require.Zero(t, backlog())
	w, gone := addHook(t, s), addHook(t, s)
	require.Zero(t, backlog())
	addMany(t, s, 3)
	eventually(t, func() (bool, error) { return backlog().Oldest > 0, nil })
	require.Zero(t, backlog().Pending, "still in the log")
	fanOut(t, s, 6)
	require.Equal(t, 6, backlog().Pending)
	_, err := s.DisableWebhook(t.Context(), gone, domain.DisabledFailing)
	require.NoError(t, err)
	fanOut(t, s, 1)
	require.Equal(t, 4, backlog().Pending)
	require.Equal(t, 1, backlog().Disabled)
	eventually(t, func() (bool, error) { return backlog().Oldest > short, nil })
	for {
		due := claimDeliveries(t, s, 10, 10)
		if len(due) == 0 {
			break
		}
		end(t, s, domain.DeliveryDelivered, due...)
	}
	require.Equal(t, ports.DeliveryBacklog{Disabled: 1}, backlog())
	require.NoError(t, s.DeleteWebhook(t.Context(), gone.ID))
	require.Zero(t, backlog())
	require.Len(t, deliveries(t, s, w.ID, domain.DeliveryDelivered), 4)
}

func listDeliveries(t *testing.T, s Stores) {
	w, other := addHook(t, s), addHook(t, s)
	addMany(t, s, 9)
	fanOut(t, s, 18)
	due := slices.DeleteFunc(claimDeliveries(t, s, 100, 6), func(d ports.DueDelivery) bool {
		return d.Webhook.ID != w.ID
	})
	end(t, s, domain.DeliveryDelivered, due[:2]...)
	end(t, s, domain.DeliveryFailed, due[2:5]...)
	all := func(state domain.DeliveryState, limit int) (list []domain.Delivery) {
		for p := (ports.Page{Limit: limit}); ; {
			slice, err := s.ListDeliveries(t.Context(), w.ID, state, p)
			require.NoError(t, err)
			require.LessOrEqual(t, len(slice.Items), limit)
			list = append(list, slice.Items...)
			if p.After = slice.Next; slice.Next == nil {
				return list
			}
		}
	}
	for state, n := range map[domain.DeliveryState]int{
		{}: 9, domain.DeliveryDelivered: 2, domain.DeliveryFailed: 3, domain.DeliveryPending: 4,
	} {
		list := all(state, 2)
		require.Len(t, list, n)
		require.Equal(t, list, all(state, 100))
		require.True(t, slices.IsSortedFunc(list, func(a, b domain.Delivery) int {
			if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
				return c
			}
			return int(b.ID - a.ID)
		}))
		for _, d := range list {
			require.True(t, state == domain.DeliveryState{} || d.State == state)
		}
	}
	require.Len(t, deliveries(t, s, other.ID, domain.DeliveryState{}), 9)
	_, err := s.ListDeliveries(t.Context(), 4711, domain.DeliveryState{}, ports.Page{Limit: 1})
	require.ErrorIs(t, err, domain.ErrWebhookNotFound)
	require.NoError(t, s.DeleteWebhook(t.Context(), other.ID))
}

func endAmongEvents(t *testing.T, s Stores) {
	w := addHook(t, s)
	tickets := addMany(t, s, 4)
	const saves = 10
	var mu sync.Mutex
	heard := map[domain.TicketID][]int64{}
	n := 0
	together(t, parallel, func(i int) error {
		if i < len(tickets) { // a writer
			mine := tickets[i]
			for range saves / 2 {
				mine.Close(noon)
				if err := s.SaveTicket(t.Context(), mine); err != nil {
					return err
				}
				mine = mine.Saved()
				mine.Reopen(noon)
				if err := s.SaveTicket(t.Context(), mine); err != nil {
					return err
				}
				mine = mine.Saved()
			}
			return nil
		}
		for deadline := time.Now().Add(soon); time.Now().Before(deadline); {
			if i%2 == 0 {
				if _, _, err := s.FanOut(t.Context(), 3); err != nil {
					return err
				}
			}
			due, err := s.ClaimDeliveries(t.Context(), 2, 100, long)
			if err != nil {
				return err
			}
			mu.Lock()
			for _, d := range due {
				heard[d.Event.Ticket.ID] = append(heard[d.Event.Ticket.ID], d.Event.ID)
			}
			n += len(due)
			done := n == len(tickets)*(saves+1)
			mu.Unlock()
			if err := s.EndDeliveries(t.Context(), ended(due, domain.DeliveryDelivered)); err != nil {
				return err
			}
			if done {
				return nil
			}
			mu.Lock()
			done = n == len(tickets)*(saves+1)
			mu.Unlock()
			if done {
				return nil
			}
		}
		return nil
	})
	require.Equal(t, len(tickets)*(saves+1), n)
	for _, list := range heard {
		require.True(t, slices.IsSorted(list), "in order, none twice")
		require.Len(t, slices.Compact(list), saves+1)
	}
	require.Len(t, deliveries(t, s, w.ID, domain.DeliveryDelivered), n)
}
