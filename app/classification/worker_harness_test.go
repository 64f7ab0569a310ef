package classification_test

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/parallel"
	"ticketd/tests/support/stores"
)

func TestMain(m *testing.M) { parallel.Main(m) }

// bench is a worker with what it works on.
type bench struct {
	t       *testing.T
	store   *fakes.Faulty
	letters *fakes.Graveyard
	worker  *classification.Worker
	sweeps  sync.WaitGroup
	stop    context.CancelFunc
	ctx     context.Context
}

func newBench(t *testing.T, c domain.Classifier, limits classification.WorkerLimits) *bench {
	t.Helper()
	return newCountedBench(t, c, limits, ports.NoMeter{})
}

func newCountedBench(
	t *testing.T, c domain.Classifier, limits classification.WorkerLimits, counts ports.Meter,
) *bench {
	t.Helper()
	return newBenchOf(t, c, limits, counts, fakes.Quiet)
}

// newLoggingBench lets the worker write its log lines to w, which a test reads after a drain.
func newLoggingBench(
	t *testing.T, c domain.Classifier, limits classification.WorkerLimits, w io.Writer,
) *bench {
	t.Helper()
	return newBenchOf(t, c, limits, ports.NoMeter{}, slog.New(slog.NewTextHandler(w, nil)))
}

func newBenchOf(
	t *testing.T, c domain.Classifier, limits classification.WorkerLimits, counts ports.Meter, log *slog.Logger,
) *bench {
	t.Helper()
	if limits.Timeout == 0 {
		limits.Timeout = 10 * time.Second
	}
	b := &bench{t: t, store: &fakes.Faulty{Store: stores.SQLite(t)}, letters: &fakes.Graveyard{}}
	b.ctx, b.stop = context.WithCancel(context.WithoutCancel(t.Context()))
	b.worker = classification.NewWorker(b.store, c, b.letters, limits, fakes.Clock, counts, log)
	t.Cleanup(func() {
		b.stop()
		b.sweeps.Wait()
		_ = b.drain(fakes.Limit) // a test that cares about it asks before
	})
	return b
}

// sweep lets the worker look for due tickets until the end of the test.
func (b *bench) sweep() { b.sweeps.Go(func() { b.worker.Sweep(b.ctx) }) }

func (b *bench) drain(within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), within)
	defer cancel()
	return b.worker.Drain(ctx)
}

func (b *bench) take(id domain.TicketID) {
	b.t.Helper()
	require.NoError(b.t, b.worker.TakeEvent(b.ctx, id))
}

// ends waits until the ticket is no longer pending and the worker has nothing in flight.
func (b *bench) ends(id domain.TicketID) domain.Ticket {
	b.t.Helper()
	fakes.Eventually(b.t, "the ticket is finished", func() bool {
		return fakes.Load(b.t, b.store, id).AIStatus() != domain.AIStatusPending && b.worker.InFlight() == 0
	})
	return fakes.Load(b.t, b.store, id)
}
