package classification_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// meanwhile makes a bench whose classifier lets do change the ticket while the first call for it is under
// way.
func meanwhile(t *testing.T, answer error, do func(*domain.Ticket)) (*bench, domain.TicketID, *atomic.Int32) {
	t.Helper()
	var b *bench
	var id domain.TicketID
	calls := &atomic.Int32{}
	b = newBench(t, domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
		if calls.Add(1) == 1 {
			now, err := b.store.Ticket(ctx, id)
			if err != nil {
				return domain.Answer{}, err
			}
			do(&now)
			if err := b.store.SaveTicket(ctx, now); err != nil {
				return domain.Answer{}, err
			}
		}
		return fakes.Billing(), answer
	}), classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(2)})
	id = fakes.AddOne(t, b.store).ID()
	return b, id, calls
}

func TestWorkerAndPeople(t *testing.T) {
	t.Parallel()

	t.Run("closing meanwhile costs neither the verdict nor a second call", func(t *testing.T) {
		t.Parallel()
		b, id, calls := meanwhile(t, nil, func(now *domain.Ticket) { now.Close(time.Now()) })
		b.take(id)
		done := b.ends(id)
		require.Equal(t, domain.StatusClosed, done.Status())
		require.Equal(t, domain.CategoryBilling, done.Category())
		require.EqualValues(t, 1, calls.Load())
	})

	t.Run("closing meanwhile does not lose the claim of a failed attempt either", func(t *testing.T) {
		t.Parallel()
		b, id, calls := meanwhile(t, domain.ErrClassifierUnavailable, func(now *domain.Ticket) {
			now.Close(time.Now())
		})
		b.sweep()
		b.take(id)
		require.Equal(t, domain.AIStatusFallback, b.ends(id).AIStatus())
		require.EqualValues(t, 2, calls.Load())
		require.Equal(t, []int{1, 2}, fakes.Attempts(fakes.Record(t, b.store, id)))
	})

	t.Run("a person who decides meanwhile beats the answer, which only goes on record", func(t *testing.T) {
		t.Parallel()
		b, id, _ := meanwhile(t, nil,
			func(now *domain.Ticket) { now.Correct(domain.CategoryTechnical, domain.PriorityLow, "", time.Now()) })
		b.take(id)
		require.NoError(t, b.drain(fakes.Limit))
		decided := fakes.Load(t, b.store, id)
		require.Equal(t, domain.CategoryTechnical, decided.Category())
		require.Equal(t, domain.SourceHuman, decided.ClassifiedBy())
		require.Contains(t, fakes.Codes(fakes.Record(t, b.store, id)), domain.CodeSuperseded)
		require.Empty(t, b.letters.Buried())
	})

	t.Run("a person who decides meanwhile beats the fallback, and nothing is buried", func(t *testing.T) {
		t.Parallel()
		b, id, _ := meanwhile(t, domain.ErrClassifierKey,
			func(now *domain.Ticket) { now.Correct(domain.CategoryTechnical, domain.PriorityLow, "", time.Now()) })
		b.take(id)
		require.NoError(t, b.drain(fakes.Limit))
		require.Equal(t, domain.CategoryTechnical, fakes.Load(t, b.store, id).Category())
		require.Empty(t, b.letters.Buried())
	})

	t.Run("an answer to an earlier request does not end a newer one", func(t *testing.T) {
		t.Parallel()
		b, id, calls := meanwhile(t, nil, func(now *domain.Ticket) {
			now.Correct(domain.CategoryTechnical, domain.PriorityLow, "", time.Now())
			now.RequestClassification(time.Now())
		})
		b.take(id)
		require.NoError(t, b.drain(fakes.Limit))
		waiting := fakes.Load(t, b.store, id)
		require.Equal(t, domain.AIStatusPending, waiting.AIStatus())
		require.Equal(t, domain.CategoryTechnical, waiting.Category())
		require.Contains(t, fakes.Codes(fakes.Record(t, b.store, id)), domain.CodeSuperseded)

		again := classification.NewWorker(b.store, &fakes.Scripted{}, b.letters,
			classification.WorkerLimits{Slots: 1, Timeout: time.Second, Policy: fakes.Soon(2)}, fakes.Clock,
			ports.NoMeter{}, fakes.Quiet)
		require.NoError(t, again.TakeEvent(t.Context(), id), "the newer request can be claimed at once")
		require.NoError(t, again.Drain(t.Context()))
		require.Equal(t, domain.CategoryBilling, fakes.Load(t, b.store, id).Category())
		require.EqualValues(t, 1, calls.Load())
	})

	t.Run("ten changes in a row, each just before the save, do not cost the verdict", func(t *testing.T) {
		t.Parallel()
		c := &fakes.Scripted{}
		b := newBench(t, c, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(2)})
		changes := 0
		b.store.OnSave = func(ctx context.Context, ticket domain.Ticket) error {
			if changes++; changes <= 10 {
				now := fakes.Load(t, b.store, ticket.ID())
				if changes%2 == 0 {
					now.Reopen(time.Now())
				} else {
					now.Close(time.Now())
				}
				require.NoError(t, b.store.Store.SaveTicket(ctx, now))
			}
			return b.store.Store.SaveTicket(ctx, ticket)
		}
		id := fakes.AddOne(t, b.store).ID()
		b.take(id)
		require.Equal(t, domain.AIStatusDone, b.ends(id).AIStatus())
		require.EqualValues(t, 1, c.Calls.Load())
		require.Len(t, fakes.Record(t, b.store, id), 1)
	})
}

func TestADeletedTicketNeedsNoVerdict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer   error
		attempts int
	}{
		"a verdict": {nil, 2},
		"a failed attempt that another one follows": {domain.ErrClassifierUnavailable, 2},
		"a fallback": {domain.ErrClassifierUnavailable, 1},
	} {
		t.Run("a worker drops "+name+" and buries nothing", func(t *testing.T) {
			t.Parallel()
			var b *bench
			var log strings.Builder
			deletes := domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
				return fakes.Billing(), errors.Join(b.store.DeleteTicket(ctx, 1, nil), c.answer)
			})
			limits := classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(c.attempts)}
			b = newLoggingBench(t, deletes, limits, &log)
			b.take(fakes.AddOne(t, b.store).ID())
			require.NoError(t, b.drain(fakes.Limit))
			require.Contains(t, log.String(), "deleted while it was classified")
			require.NotContains(t, log.String(), "level=ERROR")
			require.Empty(t, b.letters.Buried())
			b.take(1)
			require.NoError(t, b.drain(fakes.Limit))
		})

		t.Run("in the request, "+name+" is dropped", func(t *testing.T) {
			t.Parallel()
			s := &fakes.Faulty{Store: stores.SQLite(t)}
			uc := now(s, domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
				return fakes.Billing(), errors.Join(unless(s.DeleteTicket(ctx, 1, nil), domain.ErrTicketNotFound),
					c.answer)
			}), time.Second)
			ticket := fakes.Add(t, s, 1, uc.Lease())[0]
			require.Equal(t, ticket, uc.Start(t.Context(), ticket, uc.Lease()), "as it was")
			require.NoError(t, uc.Drain(t.Context()))
		})
	}
}

func unless(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}
