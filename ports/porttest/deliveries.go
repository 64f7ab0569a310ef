package porttest

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func fanOutCases() []storeCase {
	return []storeCase{
		{"a webhook hears what happens after it was added", fanOutFromNow},
		{"a webhook hears only what it wants", fanOutFilters},
		{"many processes hand each event out once, step by step", fanOutTogether},
		{"what happens while a webhook is off waits for it", fanOutLater},
	}
}

func deliveryCases() []storeCase {
	return []storeCase{
		{"a delivery is claimed with its webhook and its event", claimWhole},
		{"the text of a deleted ticket is not delivered", claimDeleted},
		{"the events of one ticket arrive in order, others go on", claimInTurn},
		{"a webhook has no more in flight than it may, others get their turn", claimRoom},
		{"webhooks take turns, however long others have waited", claimTurns},
		{"many claimers never share a delivery and keep the room together", claimTogether},
		{"what a holder lost is claimed again, and their end does not count", claimLapsed},
		{"ends are recorded", endRecorded},
		{"a webhook fails from its first failure after a success on", endFailing},
		{"a delivery whose event is forgotten is given up", claimForgotten},
		{"old deliveries that ended are swept", sweepEnded},
		{"the backlog counts what active webhooks wait for", deliveryBacklog},
		{"deliveries are listed, newest first, by state", listDeliveries},
		{"a delivery that ends while its ticket goes on holds nothing up", endAmongEvents},
	}
}

// fanOut hands events out until want deliveries are stored, and no more: what a change under way holds up
// waits for its end.
func fanOut(t *testing.T, s Stores, want int) {
	t.Helper()
	stored := 0
	eventually(t, func() (bool, error) {
		n, more, err := s.FanOut(t.Context(), 50)
		stored += n
		return stored >= want && !more, err
	})
	require.Equal(t, want, stored)
	last, err := s.LastEvent(t.Context())
	require.NoError(t, err)
	eventually(t, func() (bool, error) { // nothing is left
		n, _, err := s.FanOut(t.Context(), 50)
		require.Zero(t, n)
		page, unread := s.Events(t.Context(), ports.EventFilter{}, last, 1)
		require.NoError(t, unread)
		return page.End, err
	})
}

// settled waits until readers of the log see n events.
func settled(t *testing.T, s Stores, n int) {
	t.Helper()
	eventually(t, func() (bool, error) {
		page, err := s.Events(t.Context(), ports.EventFilter{}, ports.EventPosition{}, n+1)
		return len(page.Events) == n, err
	})
}

func claimDeliveries(t *testing.T, s Stores, limit, each int) []ports.DueDelivery {
	t.Helper()
	due, err := s.ClaimDeliveries(t.Context(), limit, each, long)
	require.NoError(t, err)
	require.LessOrEqual(t, len(due), limit)
	return due
}

func ended(due []ports.DueDelivery, state domain.DeliveryState) []ports.DeliveryEnd {
	ends := make([]ports.DeliveryEnd, len(due))
	for i, d := range due {
		ends[i] = ports.DeliveryEnd{Delivery: d, State: state}
	}
	return ends
}

func end(t *testing.T, s Stores, state domain.DeliveryState, due ...ports.DueDelivery) {
	t.Helper()
	require.NoError(t, s.EndDeliveries(t.Context(), ended(due, state)))
}

func deliveries(t *testing.T, s Stores, id domain.WebhookID, state domain.DeliveryState) []domain.Delivery {
	t.Helper()
	slice, err := s.ListDeliveries(t.Context(), id, state, ports.Page{Limit: 100})
	require.NoError(t, err)
	return slice.Items
}

// told returns the events of deliveries by ticket and type.
func told(due []ports.DueDelivery) (list []ticketEvent) {
	for _, d := range due {
		list = append(list, ticketEvent{d.Event.Ticket.ID, d.Event.Type})
	}
	return list
}

type ticketEvent struct {
	ticket domain.TicketID
	event  domain.EventType
}

func fanOutFromNow(t *testing.T, s Stores) {
	add(t, s, noon)
	settled(t, s, 1)
	w := addHook(t, s)
	ticket := add(t, s, noon)
	fanOut(t, s, 1)
	list := deliveries(t, s, w.ID, domain.DeliveryPending)
	require.Len(t, list, 1)
	require.Equal(t, ticket.ID(), list[0].Ticket)
	require.Equal(t, domain.EventCreated, list[0].EventType)
	require.NotNil(t, list[0].NextAt)
	require.Zero(t, list[0].Attempts)
}

func fanOutFilters(t *testing.T, s Stores) {
	all, types := addHook(t, s), addHook(t, s, wants(domain.EventCreated, domain.EventClosed))
	billing := addHook(t, s, domain.WebhookChange{Category: new(domain.CategoryBilling)})
	high := addHook(t, s, domain.WebhookChange{Priority: new(domain.PriorityHigh)})
	neither := addHook(t, s, wants(domain.EventDeleted))
	low := addHook(t, s, domain.WebhookChange{Priority: new(domain.PriorityLow)})
	off := addHook(t, s, domain.WebhookChange{Active: new(false)})

	ticket := decided(t, s, add(t, s, noon)) // billing, high
	ticket.Correct(domain.CategoryTechnical, domain.Priority{}, "", noon)
	ticket = save(t, s, ticket)
	ticket.Close(noon)
	save(t, s, ticket)
	fanOut(t, s, 4+2+1+3)
	heard := func(w domain.Webhook) (list []domain.EventType) {
		for _, d := range deliveries(t, s, w.ID, domain.DeliveryState{}) {
			list = append([]domain.EventType{d.EventType}, list...)
		}
		return list
	}
	created, classified := domain.EventCreated, domain.EventClassified
	corrected, closed := domain.EventCorrected, domain.EventClosed
	require.Equal(t, []domain.EventType{created, classified, corrected, closed}, heard(all))
	require.Equal(t, []domain.EventType{created, closed}, heard(types))
	require.Equal(t, []domain.EventType{classified}, heard(billing))
	require.Equal(t, []domain.EventType{classified, corrected, closed}, heard(high))
	for _, w := range []domain.Webhook{neither, low, off} {
		require.Empty(t, heard(w))
	}
}

func fanOutTogether(t *testing.T, s Stores) {
	one, two := addHook(t, s), addHook(t, s)
	tickets := addMany(t, s, 30)
	settled(t, s, 30)
	var mu sync.Mutex
	stored := 0
	together(t, parallel, func(int) error {
		for range 10 {
			n, _, err := s.FanOut(t.Context(), 4)
			if err != nil {
				return err
			}
			mu.Lock()
			stored += n
			mu.Unlock()
		}
		return nil
	})
	fanOut(t, s, 60-stored)
	for _, w := range []domain.Webhook{one, two} {
		var got []domain.TicketID
		for _, d := range deliveries(t, s, w.ID, domain.DeliveryState{}) {
			got = append(got, d.Ticket)
		}
		require.ElementsMatch(t, ids(tickets), got)
	}
}

func fanOutLater(t *testing.T, s Stores) {
	w := addHook(t, s)
	first := add(t, s, noon)
	fanOut(t, s, 1)
	require.NoError(t, w.Change(domain.WebhookChange{Active: new(false)}, receivers))
	require.NoError(t, s.SaveWebhook(t.Context(), w))
	second := add(t, s, noon)
	fanOut(t, s, 0)
	require.Empty(t, claimDeliveries(t, s, 10, 10))
	w = readHook(t, s, w.ID)
	require.NoError(t, w.Change(domain.WebhookChange{Active: new(true)}, receivers))
	require.NoError(t, s.SaveWebhook(t.Context(), w))
	fanOut(t, s, 1)
	require.Equal(t, []ticketEvent{{first.ID(), domain.EventCreated}, {second.ID(), domain.EventCreated}},
		told(claimDeliveries(t, s, 10, 10)))
}
