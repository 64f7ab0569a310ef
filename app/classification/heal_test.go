package classification_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

func TestReclassifyFallbacks(t *testing.T) {
	t.Parallel()

	t.Run("only fallbacks are found, newest first, over pages, down to a time and a number", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		var want []domain.TicketID
		var since time.Time
		for i := range 230 {
			ticket := fallen(t, s)
			want = append([]domain.TicketID{ticket.ID()}, want...)
			if i == 200 {
				since = ticket.CreatedAt()
			}
		}
		finished(t, s)
		fakes.AddOne(t, s)
		uc := classification.NewReclassifyFallbacks(s,
			classification.NewRequestClassification(s, &fakes.Starts{}, fakes.Clock))
		for _, c := range []struct {
			since time.Time
			limit int
			want  []domain.TicketID
		}{
			{time.Time{}, 1000, want}, {time.Time{}, 230, want}, {time.Time{}, 100, want[:100]},
			{time.Time{}, 101, want[:101]},
			{since, 1000, want[:30]}, {since, 5, want[:5]}, {time.Now(), 1000, nil},
		} {
			got, err := uc.Find(t.Context(), c.since, c.limit)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		}
	})

	t.Run("each ticket is reported once, and one that fails does not stop the others", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		ids := []domain.TicketID{999}
		for range 40 {
			ids = append(ids, fallen(t, s).ID())
		}
		uc := classification.NewReclassifyFallbacks(s,
			classification.NewRequestClassification(s, now(s, &fakes.Scripted{}, fakes.Limit), fakes.Clock))
		ends, failed := map[domain.AIStatus]int{}, 0
		err := uc.Handle(t.Context(), ids, func(end domain.AIStatus, err error) {
			if err != nil {
				failed++
				return
			}
			ends[end]++
		})
		require.ErrorIs(t, err, domain.ErrTicketNotFound)
		require.Equal(t, map[domain.AIStatus]int{domain.AIStatusDone: 40}, ends)
		require.Equal(t, 1, failed)
		left, err := uc.Find(t.Context(), time.Time{}, 1000)
		require.NoError(t, err)
		require.Empty(t, left)
	})

	t.Run("a stop is obeyed between tickets and said", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		ctx, cancel := context.WithCancel(t.Context())
		uc := classification.NewReclassifyFallbacks(s,
			classification.NewRequestClassification(s, &fakes.Starts{}, fakes.Clock))
		reported := 0
		err := uc.Handle(ctx, make([]domain.TicketID, 1000), func(domain.AIStatus, error) {
			reported++
			cancel()
		})
		require.ErrorIs(t, err, context.Canceled)
		require.Less(t, reported, 1000)
	})
}

func TestReplayDeadLetter(t *testing.T) {
	t.Parallel()
	replay := func(
		t *testing.T, s *fakes.Faulty, l ports.DeadLetter,
	) (classification.Replay, *fakes.Starts, *fakes.Graveyard, error) {
		t.Helper()
		queue, box := &fakes.Starts{}, &fakes.Graveyard{}
		request := classification.NewRequestClassification(s, queue, fakes.Clock)
		end, err := classification.NewReplayDeadLetter(s, request, box).Handle(t.Context(), l)
		return end, queue, box, err
	}

	t.Run("a ticket that is still a fallback is classified again and its letter removed", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		end, queue, box, err := replay(t, s, ports.DeadLetter{ID: "7-1", TicketID: fallen(t, s).ID()})
		require.NoError(t, err)
		require.Equal(t, classification.ReplayRequested, end)
		require.Len(t, queue.Begun, 1)
		require.Equal(t, []string{"7-1"}, box.Gone)
	})

	t.Run("a ticket that is done, pending or gone needs nothing, and its letter is removed", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		for _, id := range []domain.TicketID{finished(t, s).ID(), fakes.AddOne(t, s).ID(), 999} {
			end, queue, box, err := replay(t, s, ports.DeadLetter{ID: "7-1", TicketID: id})
			require.NoError(t, err)
			require.Equal(t, classification.ReplayNeedless, end)
			require.Empty(t, queue.Begun)
			require.Equal(t, []string{"7-1"}, box.Gone)
		}
	})

	t.Run("a letter without a ticket is refused by name and stays", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		_, queue, box, err := replay(t, s,
			ports.DeadLetter{ID: "7-1", Cause: "malformed_event", Event: []byte("x")})
		require.ErrorIs(t, err, classification.ErrNoTicketInLetter)
		require.Empty(t, queue.Begun)
		require.Empty(t, box.Gone)
	})

	t.Run("a letter whose ticket cannot be asked for stays", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		id := fallen(t, s).ID()
		s.OnSave = func(context.Context, domain.Ticket) error { return errors.New("full") }
		_, queue, box, err := replay(t, s, ports.DeadLetter{ID: "7-1", TicketID: id})
		require.ErrorContains(t, err, "full")
		require.Empty(t, queue.Begun)
		require.Empty(t, box.Gone)
	})
}
