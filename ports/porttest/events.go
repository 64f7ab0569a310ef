package porttest

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func eventCases() []storeCase {
	return []storeCase{
		{"each change leaves its events, with the ticket as it was left and what it was before", eventsOfALife},
		{"a change that is refused leaves no event", eventsOfNothing},
		{"an imported ticket is created with all that it brings along", eventsOfImports},
		{"events outlive their ticket, without its text", eventsOutlive},
		{"a page goes on where the one before ended", eventPages},
		{"filters leave events out, and the place moves on", eventFilters},
		{"old events are swept, oldest first, in steps", eventsSwept},
		{"a reader passes over no event of many writers", eventsComplete},
	}
}

// heard returns the want events after a place, once they are to be seen: a store may hold an event back for a
// moment, until nothing can come in front of it any more.
func heard(t *testing.T, s Stores, f ports.EventFilter, limit, want int) (all []ports.StoredEvent) {
	t.Helper()
	eventually(t, func() (bool, error) {
		all = readEvents(t, s, f, limit)
		return len(all) >= want, nil
	})
	require.Len(t, all, want)
	return all
}

func readEvents(t *testing.T, s Stores, f ports.EventFilter, limit int) (all []ports.StoredEvent) {
	t.Helper()
	for after := (ports.EventPosition{}); ; {
		page, err := s.Events(t.Context(), f, after, limit)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Events), limit)
		for _, e := range page.Events {
			require.True(t, after.Less(e.Position), "in order")
			require.False(t, page.Next.Less(e.Position), "the next page begins behind")
			after = e.Position
		}
		all, after = append(all, page.Events...), page.Next
		if page.End {
			return all
		}
	}
}

func kinds(list []ports.StoredEvent) (types []domain.EventType) {
	for _, e := range list {
		types = append(types, e.Type)
	}
	return types
}

func eventsOfALife(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	created := read(t, s, ticket.ID()).Snapshot()
	ticket.Classify(ticket.Round(), answer(t, 1), domain.ReviewPolicy{Threshold: 1}.Sample(0.5))
	ticket = save(t, s, ticket)
	classified := read(t, s, ticket.ID()).Snapshot()
	ticket.Close(noon.Add(time.Hour))
	ticket.Correct(domain.CategoryTechnical, domain.Priority{}, "desk", noon.Add(time.Hour))
	ticket = save(t, s, ticket)
	corrected := read(t, s, ticket.ID()).Snapshot()
	ticket = askedAgain(t, s, ticket)
	ticket.FallBack(ticket.Round(), failure(1))
	ticket = save(t, s, ticket)
	ticket.Reopen(noon.Add(2 * time.Hour))
	require.NoError(t, ticket.Confirm("", noon.Add(2*time.Hour)))
	save(t, s, ticket)
	require.NoError(t, s.DeleteTicket(t.Context(), ticket.ID(), nil))

	list := heard(t, s, ports.EventFilter{}, 100, 9)
	require.Equal(t, []domain.EventType{
		domain.EventCreated, domain.EventClassified, domain.EventReviewNeeded, domain.EventClosed,
		domain.EventCorrected, domain.EventFellBack, domain.EventReopened, domain.EventConfirmed,
		domain.EventDeleted,
	}, kinds(list))
	without := func(s domain.TicketSnapshot) domain.TicketSnapshot {
		s.Title, s.Description = "", ""
		return s
	}
	require.Equal(t, without(created), list[0].Ticket)
	require.Nil(t, list[0].Previous)
	require.Equal(t, without(classified), list[1].Ticket)
	require.Equal(t, without(classified), list[2].Ticket)
	require.Equal(t, &domain.TicketChange{
		Category: &domain.Category{}, Priority: &domain.Priority{}, AIStatus: &domain.AIStatusPending,
		ClassifiedBy: &domain.Source{}, AIConfidence: new(*float64), NeedsReview: new(bool),
	}, list[1].Previous)
	require.Equal(t, without(corrected), list[3].Ticket)
	require.Equal(t, without(corrected), list[4].Ticket)
	require.Equal(t, &domain.StatusOpen, list[3].Previous.Status)
	require.Equal(t, new(classified.AIConfidence), list[4].Previous.AIConfidence)
	require.Nil(t, list[4].Previous.AIStatus)
	require.Equal(t, domain.AIStatusDone, list[5].Ticket.AIStatus, "it kept the person's word")
	require.Nil(t, list[8].Previous)
	require.Equal(t, ticket.ID(), list[8].Ticket.ID)
	for _, e := range list {
		require.WithinDuration(t, time.Now(), e.At, time.Minute)
	}
}

func eventsOfNothing(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	stale := ticket
	ticket.Close(noon)
	save(t, s, ticket)
	stale.Close(noon)
	require.ErrorIs(t, s.SaveTicket(t.Context(), stale), domain.ErrTicketChanged)
	require.ErrorIs(t, s.DeleteTicket(t.Context(), ticket.ID(), []int64{7}), domain.ErrTicketChanged)
	require.ErrorIs(t, s.DeleteTicket(t.Context(), 4711, nil), domain.ErrTicketNotFound)
	heard(t, s, ports.EventFilter{}, 100, 2)
	_, err := s.EventsOf(t.Context(), 4711, ports.EventPosition{}, 10)
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
}

func eventsOfImports(t *testing.T, s Stores) {
	old := draft(t, noon)
	old.Correct(domain.CategoryBilling, domain.PriorityHigh, "", noon)
	old.Close(noon)
	stored, err := s.AddImported(t.Context(), "crm", []ports.ImportedTicket{
		{Key: "1", Ticket: old}, {Key: "2", Ticket: draft(t, noon)},
	})
	require.NoError(t, err)
	_, err = s.AddImported(t.Context(), "crm", []ports.ImportedTicket{{Key: "1", Ticket: old}})
	require.NoError(t, err)
	list := heard(t, s, ports.EventFilter{}, 100, 2)
	require.Equal(t, []domain.EventType{domain.EventCreated, domain.EventCreated}, kinds(list))
	require.Equal(t, read(t, s, stored[0].ID()).Snapshot(), list[0].Ticket)
}

func eventsOutlive(t *testing.T, s Stores) {
	gone, stays := add(t, s, noon), add(t, s, noon)
	require.NoError(t, s.DeleteTicket(t.Context(), gone.ID(), nil))
	page, err := s.EventsOf(t.Context(), gone.ID(), ports.EventPosition{}, 10)
	require.NoError(t, err)
	require.Equal(t, []domain.EventType{domain.EventCreated, domain.EventDeleted}, kinds(page.Events))
	for _, e := range page.Events {
		require.Empty(t, e.Ticket.Title+e.Ticket.Description)
	}
	page, err = s.EventsOf(t.Context(), stays.ID(), ports.EventPosition{}, 10)
	require.NoError(t, err)
	require.Equal(t, stays.Text().Title(), page.Events[0].Ticket.Title)

	purged, err := s.DeleteClosed(t.Context(), ids(closed(t, s, 3)), noon.Add(24*time.Hour))
	require.NoError(t, err)
	heard(t, s, ports.EventFilter{Types: []domain.EventType{domain.EventDeleted}}, 100, 1+purged)
}

func eventPages(t *testing.T, s Stores) {
	addMany(t, s, 25)
	all := heard(t, s, ports.EventFilter{}, 100, 25)
	for _, limit := range []int{1, 5, 24, 25} {
		require.Equal(t, all, heard(t, s, ports.EventFilter{}, limit, 25), limit)
	}
	var last ports.EventPosition
	eventually(t, func() (ok bool, err error) {
		last, err = s.LastEvent(t.Context())
		return last == all[24].Position, err
	})
	page, err := s.Events(t.Context(), ports.EventFilter{}, last, 10)
	require.NoError(t, err)
	require.Equal(t, ports.EventPage{Next: last, End: true}, page)
}

func eventFilters(t *testing.T, s Stores) {
	tickets := addMany(t, s, 3)
	done := decided(t, s, tickets[1])
	done.Close(noon)
	done = save(t, s, done)
	settled(t, s, 5)
	of := func(f ports.EventFilter) []domain.EventType { return kinds(readEvents(t, s, f, 2)) }
	created, closing := domain.EventCreated, domain.EventClosed
	require.Equal(t, []domain.EventType{created, created, created, closing},
		of(ports.EventFilter{Types: []domain.EventType{created, closing}}))
	category := ports.EventFilter{Category: done.Category()}
	require.Contains(t, of(category), closing)
	require.NotContains(t, of(category), created)
	require.Equal(t, []domain.EventType{closing},
		of(ports.EventFilter{Types: []domain.EventType{closing}, Priority: done.Priority()}))
	for _, c := range domain.Categories() {
		if c != done.Category() {
			page, err := s.Events(t.Context(), ports.EventFilter{Category: c}, ports.EventPosition{}, 2)
			require.NoError(t, err)
			last, err := s.LastEvent(t.Context())
			require.NoError(t, err)
			require.Equal(t, ports.EventPage{Next: last, End: true}, page)
		}
	}
}

func eventsSwept(t *testing.T, s Stores) {
	addMany(t, s, 5)
	all := heard(t, s, ports.EventFilter{}, 100, 5)
	n, err := s.SweepEvents(t.Context(), time.Hour, 100)
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = s.SweepEvents(t.Context(), 0, 2)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, all[2:], heard(t, s, ports.EventFilter{}, 100, 3))
}

// eventsComplete reads while many write, and compares what each reader heard with what there is in the end.
func eventsComplete(t *testing.T, s Stores) {
	const writers, changes = 8, 40
	const all = writers * (1 + changes)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writing, reading sync.WaitGroup
	readers := make([][]ports.StoredEvent, 3)
	for i := range readers {
		reading.Go(func() {
			var at ports.EventPosition
			for {
				page, err := s.Events(t.Context(), ports.EventFilter{}, at, 1+rand.IntN(20))
				if err != nil {
					t.Error(err)
					return
				}
				readers[i], at = append(readers[i], page.Events...), page.Next
				if page.End && (len(readers[i]) >= all || ctx.Err() != nil) {
					return
				}
			}
		})
	}
	for range writers {
		writing.Go(func() {
			ticket, err := s.AddTicket(t.Context(), draft(t, noon), ports.Lease{})
			for i := 0; err == nil && i < changes; i++ {
				if i%2 == 0 {
					ticket.Close(noon)
				} else {
					ticket.Reopen(noon)
				}
				if err = s.SaveTicket(t.Context(), ticket); err == nil {
					ticket = ticket.Saved()
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	writing.Wait()
	time.AfterFunc(soon, stop)
	reading.Wait()
	for _, got := range readers {
		require.Len(t, got, all)
		versions := map[domain.TicketID]int64{}
		for _, e := range got {
			require.Equal(t, versions[e.Ticket.ID]+1, e.Ticket.Version, "a ticket's events come in order")
			versions[e.Ticket.ID]++
		}
	}
}
