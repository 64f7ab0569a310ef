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

func claimWhole(t *testing.T, s Stores) {
	w := addHook(t, s, wants(domain.EventClosed))
	ticket := decided(t, s, add(t, s, noon))
	ticket.Close(noon)
	save(t, s, ticket)
	fanOut(t, s, 1)
	due := claimDeliveries(t, s, 10, 10)
	require.Len(t, due, 1)
	d := due[0]
	require.Equal(t, readHook(t, s, w.ID), d.Webhook)
	require.Equal(t, 1, d.Attempt)
	require.WithinDuration(t, time.Now().Add(long), d.Until, time.Minute)
	require.Equal(t, domain.EventClosed, d.Event.Type)
	require.Equal(t, read(t, s, ticket.ID()).Snapshot(), d.Event.Ticket)
	require.Equal(t, domain.StatusOpen, *d.Event.Previous.Status)
	require.Empty(t, claimDeliveries(t, s, 10, 10))
}

func claimDeleted(t *testing.T, s Stores) {
	addHook(t, s, wants(domain.EventCreated))
	ticket := add(t, s, noon)
	fanOut(t, s, 1)
	require.NoError(t, s.DeleteTicket(t.Context(), ticket.ID(), nil))
	due := claimDeliveries(t, s, 10, 10)
	require.Len(t, due, 1)
	require.Equal(t, ticket.ID(), due[0].Event.Ticket.ID)
	require.Empty(t, due[0].Event.Ticket.Title)
	require.Empty(t, due[0].Event.Ticket.Description)
}

func claimInTurn(t *testing.T, s Stores) {
	addHook(t, s)
	one, two := add(t, s, noon), add(t, s, noon)
	one.Close(noon)
	one = save(t, s, one)
	one.Reopen(noon)
	save(t, s, one)
	two.Close(noon)
	save(t, s, two)
	fanOut(t, s, 5)

	first := claimDeliveries(t, s, 10, 10)
	require.ElementsMatch(t, []ticketEvent{{one.ID(), domain.EventCreated}, {two.ID(), domain.EventCreated}},
		told(first))
	slices.SortFunc(first, func(a, b ports.DueDelivery) int {
		return int(a.Event.Ticket.ID - b.Event.Ticket.ID)
	})
	require.NoError(t, s.EndDeliveries(t.Context(), []ports.DeliveryEnd{
		{Delivery: first[0], State: domain.DeliveryPending, Wait: 4 * short},
		{Delivery: first[1], State: domain.DeliveryFailed},
	}))
	second := claimDeliveries(t, s, 10, 10)
	require.Equal(t, []ticketEvent{{two.ID(), domain.EventClosed}}, told(second))
	var again []ports.DueDelivery
	eventually(t, func() (bool, error) {
		again = claimDeliveries(t, s, 10, 10)
		return len(again) > 0, nil
	})
	require.Equal(t, []ticketEvent{{one.ID(), domain.EventCreated}}, told(again))
	require.Equal(t, 2, again[0].Attempt)
	end(t, s, domain.DeliveryDelivered, again...)
	third := claimDeliveries(t, s, 10, 10)
	require.Equal(t, []ticketEvent{{one.ID(), domain.EventClosed}}, told(third))
	end(t, s, domain.DeliveryDelivered, append(second, third...)...)
	require.Equal(t, []ticketEvent{{one.ID(), domain.EventReopened}}, told(claimDeliveries(t, s, 10, 10)))
}

func claimRoom(t *testing.T, s Stores) {
	large := addHook(t, s)
	tickets := addMany(t, s, 8)
	fanOut(t, s, 8)
	small := addHook(t, s)
	last := add(t, s, noon)
	fanOut(t, s, 2)
	due := claimDeliveries(t, s, 10, 3)
	require.Len(t, due, 4)
	require.Equal(t, ids(tickets[:3]), []domain.TicketID{
		due[0].Event.Ticket.ID, due[1].Event.Ticket.ID, due[2].Event.Ticket.ID,
	}, "longest due first")
	require.Equal(t, large.ID, due[0].Webhook.ID)
	require.Equal(t, small.ID, due[3].Webhook.ID)
	require.Equal(t, last.ID(), due[3].Event.Ticket.ID)
	require.Empty(t, claimDeliveries(t, s, 10, 3))
	end(t, s, domain.DeliveryDelivered, due[0])
	require.Len(t, claimDeliveries(t, s, 10, 3), 1)
	require.Len(t, claimDeliveries(t, s, 2, 100), 2)
}

func claimTurns(t *testing.T, s Stores) {
	large := []domain.WebhookID{addHook(t, s).ID, addHook(t, s).ID}
	addMany(t, s, 8)
	fanOut(t, s, 16)
	small := addHook(t, s).ID
	add(t, s, noon)
	fanOut(t, s, 3)
	var claimed []domain.WebhookID
	for _, d := range claimDeliveries(t, s, 5, 100) {
		claimed = append(claimed, d.Webhook.ID)
	}
	require.ElementsMatch(t, []domain.WebhookID{large[0], large[0], large[1], large[1], small}, claimed)
	require.Len(t, claimDeliveries(t, s, 100, 100), 14)
}

func claimTogether(t *testing.T, s Stores) {
	addHook(t, s)
	addHook(t, s)
	addMany(t, s, 20)
	fanOut(t, s, 40)
	const each = 7
	var mu sync.Mutex
	held := map[domain.WebhookID]int{}
	seen := map[int64]bool{}
	together(t, parallel, func(int) error {
		for range 200 {
			mu.Lock()
			done := len(seen) == 40
			mu.Unlock()
			if done {
				return nil
			}
			due, err := s.ClaimDeliveries(t.Context(), 5, each, long)
			if err != nil {
				return err
			}
			mu.Lock()
			for _, d := range due {
				require.False(t, seen[d.ID])
				seen[d.ID] = true
				held[d.Webhook.ID]++
				require.LessOrEqual(t, held[d.Webhook.ID], each)
			}
			mu.Unlock()
			mu.Lock()
			for _, d := range due { // before the store knows: then nobody counts more than it does
				held[d.Webhook.ID]--
			}
			mu.Unlock()
			if err := s.EndDeliveries(t.Context(), ended(due, domain.DeliveryDelivered)); err != nil {
				return err
			}
		}
		return nil
	})
	end(t, s, domain.DeliveryDelivered, claimDeliveries(t, s, 100, 100)...)
	backlog, err := s.DeliveryBacklog(t.Context())
	require.NoError(t, err)
	require.Zero(t, backlog)
}

func claimLapsed(t *testing.T, s Stores) {
	w := addHook(t, s)
	add(t, s, noon)
	fanOut(t, s, 1)
	lost, err := s.ClaimDeliveries(t.Context(), 10, 10, short)
	require.NoError(t, err)
	require.Len(t, lost, 1)
	var again []ports.DueDelivery
	eventually(t, func() (bool, error) {
		again = claimDeliveries(t, s, 10, 1)
		return len(again) == 1, nil
	})
	require.Equal(t, 2, again[0].Attempt)
	end(t, s, domain.DeliveryFailed, lost...)
	require.Len(t, deliveries(t, s, w.ID, domain.DeliveryPending), 1)
	require.Zero(t, readHook(t, s, w.ID).FailingFor)
	end(t, s, domain.DeliveryDelivered, again...)
	end(t, s, domain.DeliveryFailed, again...) // once is enough
	require.Len(t, deliveries(t, s, w.ID, domain.DeliveryDelivered), 1)
	require.NoError(t, s.EndDeliveries(t.Context(), nil))
}
