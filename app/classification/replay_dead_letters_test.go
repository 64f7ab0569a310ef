package classification_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// box keeps letters in their order, in pages.
type box struct {
	fakes.Graveyard
	letters []ports.DeadLetter
	broken  error // of every page but the first
}

func (b *box) at(id string) int {
	return slices.IndexFunc(b.letters, func(l ports.DeadLetter) bool { return l.ID == id })
}

func (b *box) DeadLetters(_ context.Context, after string, limit int) ([]ports.DeadLetter, error) {
	if after != "" && b.broken != nil {
		return nil, b.broken
	}
	rest := b.letters[b.at(after)+1:]
	return rest[:min(limit, len(rest))], nil
}

func (b *box) DeadLetter(_ context.Context, id string) (ports.DeadLetter, error) {
	if i := b.at(id); i >= 0 {
		return b.letters[i], nil
	}
	return ports.DeadLetter{}, ports.ErrNoDeadLetter
}

func TestAllDeadLetters(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 99, 100, 101, 250} {
		b := &box{}
		for i := range n {
			b.letters = append(b.letters, ports.DeadLetter{ID: fmt.Sprintf("7-%d", i)})
		}
		var walked []ports.DeadLetter
		for l, err := range classification.AllDeadLetters(t.Context(), b) {
			require.NoError(t, err)
			walked = append(walked, l)
		}
		require.Equal(t, b.letters, walked, "%d letters", n)
	}
}

func TestReplayDeadLetters(t *testing.T) {
	t.Parallel()
	now := time.Now()
	setUp := func(t *testing.T) (*classification.ReplayDeadLetter, *box, *fakes.Starts) {
		t.Helper()
		s, queue := &fakes.Faulty{Store: stores.SQLite(t)}, &fakes.Starts{}
		b := &box{letters: []ports.DeadLetter{
			{ID: "1-0", TicketID: fallen(t, s).ID(), At: now}, {ID: "2-0", At: now}, // the second could not be read
			{ID: "3-0", TicketID: finished(t, s).ID(), At: now},
			{ID: "4-0", TicketID: fallen(t, s).ID(), At: now.Add(time.Second)},
		}}
		request := classification.NewRequestClassification(s, queue, fakes.Clock)
		return classification.NewReplayDeadLetter(s, request, b), b, queue
	}
	t.Run("all pass over a malformed one, and end with those that were there at the start", func(t *testing.T) {
		t.Parallel()
		uc, b, queue := setUp(t)
		r, err := uc.All(t.Context(), time.Time{}, now)
		require.NoError(t, err)
		require.Equal(t, classification.Replayed{Requested: 1, Needless: 1, Malformed: 1}, r)
		require.Equal(t, []string{"1-0", "3-0"}, b.Gone)
		require.Len(t, queue.Begun, 1)
	})
	t.Run("of all, only those since a time", func(t *testing.T) {
		t.Parallel()
		uc, b, _ := setUp(t)
		b.letters[0].At = now.Add(-time.Hour)
		r, err := uc.All(t.Context(), now.Add(-time.Minute), now.Add(time.Minute))
		require.NoError(t, err)
		require.Equal(t, classification.Replayed{Requested: 1, Needless: 1, Malformed: 1}, r)
		require.Equal(t, []string{"3-0", "4-0"}, b.Gone)
	})
	t.Run("a dry run says the same and does nothing", func(t *testing.T) {
		t.Parallel()
		uc, b, queue := setUp(t)
		r, err := uc.Dry().All(t.Context(), time.Time{}, now)
		require.NoError(t, err)
		require.Equal(t, classification.Replayed{Requested: 1, Needless: 1, Malformed: 1}, r)
		require.Empty(t, b.Gone)
		require.Empty(t, queue.Begun)
	})
	t.Run("one that is named and malformed is refused", func(t *testing.T) {
		t.Parallel()
		uc, b, _ := setUp(t)
		r, err := uc.Named(t.Context(), []string{"2-0"})
		require.NoError(t, err)
		require.Len(t, r.Refused, 1)
		require.ErrorIs(t, r.Refused[0], classification.ErrNoTicketInLetter)
		require.ErrorContains(t, r.Refused[0], "2-0: ")
		require.Empty(t, b.Gone)
	})
	t.Run("a ticket that is deleted meanwhile needs nothing", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		b := &box{letters: []ports.DeadLetter{{ID: "1-0", TicketID: fallen(t, s).ID(), At: now}}}
		s.OnSave = func(ctx context.Context, ticket domain.Ticket) error {
			return errors.Join(s.DeleteTicket(ctx, ticket.ID(), nil), domain.ErrTicketNotFound)
		}
		request := classification.NewRequestClassification(s, &fakes.Starts{}, fakes.Clock)
		r, err := classification.NewReplayDeadLetter(s, request, b).All(t.Context(), time.Time{}, now)
		require.NoError(t, err)
		require.Equal(t, classification.Replayed{Needless: 1}, r)
		require.Equal(t, []string{"1-0"}, b.Gone)
	})
	t.Run("named ones go on after one that is not there", func(t *testing.T) {
		t.Parallel()
		uc, b, _ := setUp(t)
		r, err := uc.Named(t.Context(), []string{"9-0", "4-0"})
		require.NoError(t, err)
		require.Equal(t, 1, r.Requested)
		require.Len(t, r.Refused, 1)
		require.ErrorIs(t, r.Refused[0], ports.ErrNoDeadLetter)
		require.ErrorContains(t, r.Refused[0], "9-0: ")
		require.Equal(t, []string{"4-0"}, b.Gone)
	})
	t.Run("a box that breaks ends the run and keeps the count", func(t *testing.T) {
		t.Parallel()
		uc, b, _ := setUp(t)
		b.broken = errors.New("away")
		for i := range 99 {
			b.letters = slices.Insert(b.letters, 1, ports.DeadLetter{ID: fmt.Sprintf("1-%d", i+1), At: now})
		}
		r, err := uc.All(t.Context(), time.Time{}, now)
		require.ErrorIs(t, err, b.broken)
		require.Equal(t, classification.Replayed{Requested: 1, Malformed: 99}, r)
	})
	t.Run("a ticket that cannot be asked for ends the run by the letter's id", func(t *testing.T) {
		t.Parallel()
		s := &fakes.Faulty{Store: stores.SQLite(t)}
		b := &box{letters: []ports.DeadLetter{{ID: "1-0", TicketID: fallen(t, s).ID(), At: now}}}
		s.OnSave = func(context.Context, domain.Ticket) error { return errors.New("full") }
		request := classification.NewRequestClassification(s, &fakes.Starts{}, fakes.Clock)
		_, err := classification.NewReplayDeadLetter(s, request, b).All(t.Context(), time.Time{}, now)
		require.ErrorContains(t, err, "1-0: ")
		require.ErrorContains(t, err, "full")
	})
}
