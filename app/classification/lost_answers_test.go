package classification_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// save is what a store does with the ticket that it is given.
type save = func(context.Context, domain.Ticket) error

// lostAnswers are the ways in which a store may keep a first save without saying so. Each says what becomes
// of it when the ticket is saved for the n-th time.
var lostAnswers = map[string]func(t *testing.T, s stores.Store, edit func()) save{
	"and nothing else happens": func(_ *testing.T, s stores.Store, _ func()) save {
		n := 0
		return func(ctx context.Context, ticket domain.Ticket) error {
			if n++; n == 1 {
				return lost(s.SaveTicket(ctx, ticket))
			}
			return s.SaveTicket(ctx, ticket)
		}
	},
	"and a person edits the ticket then": func(_ *testing.T, s stores.Store, edit func()) save {
		n := 0
		return func(ctx context.Context, ticket domain.Ticket) error {
			if n++; n == 1 {
				err := s.SaveTicket(ctx, ticket)
				edit()
				return lost(err)
			}
			return s.SaveTicket(ctx, ticket)
		}
	},
	"and the store tries again itself, against its own save": func(_ *testing.T, s stores.Store, _ func()) save {
		n := 0
		return func(ctx context.Context, ticket domain.Ticket) error {
			if n++; n == 1 {
				_ = lost(s.SaveTicket(ctx, ticket))
			}
			return s.SaveTicket(ctx, ticket)
		}
	},
	"and arrives just before the second": func(t *testing.T, s stores.Store, _ func()) save {
		n := 0
		var first domain.Ticket
		return func(ctx context.Context, ticket domain.Ticket) error {
			switch n++; n {
			case 1:
				first = ticket
				return domain.ErrStoreUnavailable
			case 2:
				require.NoError(t, s.SaveTicket(ctx, first))
			}
			return s.SaveTicket(ctx, ticket)
		}
	},
}

// lost turns the answer of a save that was carried out into that of a store that went away.
func lost(err error) error {
	if err != nil {
		return err
	}
	return domain.ErrStoreUnavailable
}

// closing returns what closes the only ticket of the store, as a person does.
func closing(t *testing.T, s stores.Store) func() {
	return func() {
		ticket := fakes.Load(t, s, 1)
		ticket.Close(time.Now())
		require.NoError(t, s.SaveTicket(t.Context(), ticket))
	}
}

func TestASaveWhoseAnswerGotLostCountsOnce(t *testing.T) {
	t.Parallel()
	for name, save := range lostAnswers {
		t.Run("of a verdict in the request, "+name, func(t *testing.T) {
			t.Parallel()
			s, counts, log := &fakes.Faulty{Store: stores.SQLite(t)}, &fakes.Tally{}, &bytes.Buffer{}
			s.OnSave = save(t, s.Store, closing(t, s.Store))
			limits := classification.ClassifyLimits{Timeout: fakes.Limit, Policy: fakes.Soon(3)}
			uc := classification.NewClassifyNow(s, &fakes.Scripted{}, limits, fakes.Clock, counts,
				slog.New(slog.NewTextHandler(log, nil)))
			done := uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
			require.Equal(t, fakes.Load(t, s, done.ID()), done, "it is answered as it is stored")
			require.Equal(t, domain.AIStatusDone, done.AIStatus())
			require.Equal(t, []string{""}, fakes.Codes(fakes.Record(t, s, done.ID())))
			require.Equal(t, map[string]int{"attempted": 1, "ended": 1}, counts.All())
			require.Empty(t, log.String())
		})

		t.Run("of a fallback in a worker, "+name, func(t *testing.T) {
			t.Parallel()
			counts := &fakes.Tally{}
			b := newCountedBench(t, fakes.Failing(domain.ErrClassifierKey),
				classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)}, counts)
			b.store.OnSave = save(t, b.store.Store, closing(t, b.store.Store))
			id := fakes.AddOne(t, b.store).ID()
			b.take(id)
			require.Equal(t, domain.AIStatusFallback, b.ends(id).AIStatus())
			require.Equal(t, []string{"classifier_key"}, fakes.Codes(fakes.Record(t, b.store, id)))
			require.Equal(t, map[string]int{"attempted classifier_key": 1, "ended classifier_key": 1}, counts.All())
			require.Len(t, b.letters.Buried(), 1)
		})
	}

	t.Run("of a verdict, and then the store is away for a while", func(t *testing.T) {
		t.Parallel()
		counts := &fakes.Tally{}
		limits := classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)}
		b := newCountedBench(t, &fakes.Scripted{}, limits, counts)
		b.store.OnSave = func(ctx context.Context, ticket domain.Ticket) error {
			return lost(b.store.Store.SaveTicket(ctx, ticket))
		}
		reads := 0
		b.store.OnRead = func(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
			if reads++; reads <= 3 {
				return domain.Ticket{}, domain.ErrStoreUnavailable
			}
			return b.store.Store.Ticket(ctx, id)
		}
		ticket := fakes.AddOne(t, b.store)
		b.take(ticket.ID())
		require.NoError(t, b.drain(fakes.Limit))
		require.Equal(t, map[string]int{"attempted": 1, "ended": 1}, counts.All())
		require.Equal(t, []string{""}, fakes.Codes(fakes.Record(t, b.store, ticket.ID())))
	})

	t.Run("of a failed attempt", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, &fakes.Scripted{Script: []error{domain.ErrClassifierUnavailable}},
			classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)})
		n := 0
		b.store.OnRelease = func(ctx context.Context, c ports.Claim, r ports.Release) error {
			err := b.store.Store.ReleaseClaim(ctx, c, r)
			if n++; n == 1 {
				return lost(err)
			}
			return err
		}
		id := fakes.AddOne(t, b.store).ID()
		b.take(id)
		b.sweep()
		b.ends(id)
		require.Equal(t, []string{"classifier_unavailable", ""}, fakes.Codes(fakes.Record(t, b.store, id)))
	})
}

func TestAnEndThatMayBeStoredIsNotSaidToBeLost(t *testing.T) {
	t.Parallel()
	s, log := &fakes.Faulty{Store: stores.SQLite(t)}, &bytes.Buffer{}
	late, end := context.WithCancel(t.Context())
	end()
	drained := make(chan error, 1)
	var uc *classification.ClassifyNow
	s.OnSave = func(ctx context.Context, ticket domain.Ticket) error {
		err := lost(s.Store.SaveTicket(ctx, ticket))
		go func() { drained <- uc.Drain(late) }()
		<-ctx.Done() // the stop cuts it off, so that nobody can ask the store any more
		return err
	}
	uc = classification.NewClassifyNow(s, &fakes.Scripted{},
		classification.ClassifyLimits{Timeout: fakes.Limit, Policy: fakes.Soon(3)},
		fakes.Clock, ports.NoMeter{}, slog.New(slog.NewTextHandler(log, nil)))
	uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
	require.ErrorIs(t, <-drained, context.Canceled)
	require.Contains(t, log.String(), "may not be stored")
}
