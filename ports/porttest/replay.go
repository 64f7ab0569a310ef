package porttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func replayCases() []storeCase {
	return []storeCase{
		{"events after a place are delivered again, step by step", replayAfter},
		{"events are delivered again by their ids", replayNamed},
		{"what was given up is delivered again", replayFailed},
		{"only what the webhook wants is delivered again", replayWanted},
		{"nothing is replayed to a webhook that is not there", replayNobody},
	}
}

// delivered hands out and delivers n events.
func delivered(t *testing.T, s Stores, n int) []ports.DueDelivery {
	t.Helper()
	fanOut(t, s, n)
	due := claimDeliveries(t, s, n, n)
	require.Len(t, due, n)
	end(t, s, domain.DeliveryDelivered, due...)
	return due
}

func replay(t *testing.T, s Stores, id domain.WebhookID, what ports.Replay, limit int) ports.Replayed {
	t.Helper()
	r, err := s.ReplayDeliveries(t.Context(), id, what, limit)
	require.NoError(t, err)
	return r
}

func replayAfter(t *testing.T, s Stores) {
	early := addMany(t, s, 2)
	settled(t, s, 2)
	w := addHook(t, s)
	tickets := append(early, addMany(t, s, 3)...)
	delivered(t, s, 3)

	first := replay(t, s, w.ID, ports.Replay{After: &ports.EventPosition{}}, 2)
	require.Equal(t, 2, first.Count)
	require.True(t, first.More)
	var rest ports.Replayed
	eventually(t, func() (bool, error) { // an event may be held back for a moment
		count := rest.Count
		rest = replay(t, s, w.ID, ports.Replay{After: &first.Next}, 100)
		rest.Count += count
		return rest.Count >= 3 && !rest.More, nil
	})
	require.Equal(t, 3, rest.Count)
	last, err := s.LastEvent(t.Context())
	require.NoError(t, err)
	require.Equal(t, last, rest.Next)
	require.Zero(t, replay(t, s, w.ID, ports.Replay{After: &last}, 10))
	again := replay(t, s, w.ID, ports.Replay{After: &first.Next}, 10)
	require.Zero(t, again.Count, "those that wait stay as they are")

	due := claimDeliveries(t, s, 10, 10)
	require.Len(t, due, 5)
	var got []domain.TicketID
	for _, d := range due {
		require.Equal(t, 1, d.Attempt, "its tries begin anew")
		got = append(got, d.Event.Ticket.ID)
	}
	require.ElementsMatch(t, ids(tickets), got)
	end(t, s, domain.DeliveryDelivered, due...)
	require.Len(t, deliveries(t, s, w.ID, domain.DeliveryDelivered), 5)
	require.Empty(t, claimDeliveries(t, s, 10, 10))
}

func replayNamed(t *testing.T, s Stores) {
	w := addHook(t, s)
	ticket := add(t, s, noon)
	ticket.Close(noon)
	ticket = save(t, s, ticket)
	fanOut(t, s, 2)
	created := claimDeliveries(t, s, 1, 1)
	end(t, s, domain.DeliveryDelivered, created...)
	closed := claimDeliveries(t, s, 1, 1)

	got := replay(t, s, w.ID, ports.Replay{Events: []int64{
		created[0].Event.ID, closed[0].Event.ID, created[0].Event.ID, 4711,
	}}, 10)
	require.Equal(t, 1, got.Count, "the other one is on its way")
	require.False(t, got.More)
	require.Empty(t, claimDeliveries(t, s, 10, 10), "one at a time")
	end(t, s, domain.DeliveryDelivered, closed...)
	again := claimDeliveries(t, s, 10, 10)
	require.Equal(t, []ticketEvent{{ticket.ID(), domain.EventCreated}}, told(again))
	require.Equal(t, created[0].ID, again[0].ID)
}

func replayFailed(t *testing.T, s Stores) {
	w := addHook(t, s)
	addMany(t, s, 5)
	fanOut(t, s, 5)
	due := claimDeliveries(t, s, 10, 10)
	end(t, s, domain.DeliveryFailed, due[:3]...)
	end(t, s, domain.DeliveryDelivered, due[3])
	first := replay(t, s, w.ID, ports.Replay{Failed: true}, 2)
	require.Equal(t, 2, first.Count)
	require.True(t, first.More)
	second := replay(t, s, w.ID, ports.Replay{Failed: true}, 2)
	require.Equal(t, 1, second.Count)
	require.False(t, second.More)
	require.Empty(t, deliveries(t, s, w.ID, domain.DeliveryFailed))
	for _, d := range deliveries(t, s, w.ID, domain.DeliveryPending) {
		require.Zero(t, d.Status)
		require.Empty(t, d.Error)
		require.NotNil(t, d.NextAt)
	}
	require.Len(t, claimDeliveries(t, s, 10, 10), 3)
}

func replayWanted(t *testing.T, s Stores) {
	w := addHook(t, s, wants(domain.EventClosed))
	tickets := addMany(t, s, 3)
	tickets[2].Close(noon)
	save(t, s, tickets[2])
	delivered(t, s, 1)
	require.Equal(t, 1, replay(t, s, w.ID, ports.Replay{After: &ports.EventPosition{}}, 10).Count)
	page, err := s.Events(t.Context(), ports.EventFilter{}, ports.EventPosition{}, 10)
	require.NoError(t, err)
	require.Zero(t, replay(t, s, w.ID, ports.Replay{Events: []int64{page.Events[0].ID}}, 10).Count)
}

func replayNobody(t *testing.T, s Stores) {
	add(t, s, noon)
	settled(t, s, 1)
	for _, what := range []ports.Replay{{After: &ports.EventPosition{}}, {Events: []int64{1}}, {Failed: true}} {
		_, err := s.ReplayDeliveries(t.Context(), 4711, what, 10)
		require.ErrorIs(t, err, domain.ErrWebhookNotFound)
	}
}
