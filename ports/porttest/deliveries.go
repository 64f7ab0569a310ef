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
	slices.SortFunc(first, func(a, b ports.DueDelivery) int { return int(a.Event.Ticket.ID - b.Event.Ticket.ID) })
	require.NoError(t, s.EndDeliveries(t.Context(), []ports.DeliveryEnd{
		{Delivery: first[0], State: domain.DeliveryPending, Wait: short},
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
	_, err := s.DisableWebhook(t.Context(), gone.ID, domain.DisabledFailing)
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
