package classification_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// outage is a model that is away until it is told to answer.
type outage struct {
	here          atomic.Bool
	calls, probes atomic.Int32
	fault         error
}

func (p *outage) Classify(context.Context, domain.Text) (domain.Answer, error) {
	p.calls.Add(1)
	if !p.here.Load() {
		return domain.Answer{Source: domain.SourceModel}, p.fault
	}
	return fakes.Billing(), nil
}

func (p *outage) Probe(context.Context) error {
	p.probes.Add(1)
	if !p.here.Load() {
		return p.fault
	}
	return nil
}

// healing runs what heals until the test ends.
func healing(t *testing.T, run func(context.Context)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
}

func TestFallbacksHealInTheServer(t *testing.T) {
	t.Parallel()
	s, counts := &fakes.Faulty{Store: stores.SQLite(t)}, &fakes.Tally{}
	model := &outage{fault: domain.ErrClassifierKey}
	health := classification.NewProviderHealth(model, fakes.Clock)
	classify := counted(s, health, counts)
	fall := func() domain.TicketID {
		ticket := fakes.Add(t, s, 1, classify.Lease())[0]
		require.Equal(t, domain.AIStatusFallback, classify.Start(t.Context(), ticket, classify.Lease()).AIStatus())
		return ticket.ID()
	}
	id, corrected := fall(), fall()
	_, err := app.NewEditTicket(s, fakes.Clock, counts).Handle(t.Context(), corrected,
		app.TicketEdit{Category: domain.CategoryTechnical})
	require.NoError(t, err)
	healing(t, classification.NewHealFallbacks(s, health, model, classify, classification.HealSlots, fakes.Clock,
		counts, fakes.Quiet).Run)
	fakes.Eventually(t, "the provider is asked whether it answers",
		func() bool { return model.probes.Load() > 0 })
	require.Equal(t, domain.AIStatusFallback, fakes.Load(t, s, id).AIStatus())
	require.EqualValues(t, 2, model.calls.Load(), "no ticket's round is spent on it")

	model.here.Store(true)
	next := fakes.Add(t, s, 1, classify.Lease())[0]
	require.Equal(t, domain.AIStatusDone, classify.Start(t.Context(), next, classify.Lease()).AIStatus(),
		"a new ticket shows that it answers")
	fakes.Eventually(t, "the fallback is healed",
		func() bool { return fakes.Load(t, s, id).AIStatus() == domain.AIStatusDone })
	healed := fakes.Load(t, s, id)
	require.Equal(t, domain.CategoryBilling, healed.Category())
	require.Equal(t, domain.SourceModel, healed.ClassifiedBy())
	require.Equal(t, []string{"classifier_key", ""}, fakes.Codes(fakes.Record(t, s, id)),
		"the record has both rounds")
	require.Equal(t, domain.SourceHuman, fakes.Load(t, s, corrected).ClassifiedBy(), "a person's word ends it")
	fakes.Eventually(t, "it is counted", func() bool { return counts.All()["healed"] == 1 })
	require.Equal(t, 1, counts.All()["swept heal"])
}

func TestFallbacksHealByAWorker(t *testing.T) {
	t.Parallel()
	model := &outage{fault: domain.ErrClassifierQuota}
	health := classification.NewProviderHealth(model, fakes.Clock)
	counts := &fakes.Tally{}
	b := newCountedBench(t, health, classification.WorkerLimits{Slots: 20, Policy: fakes.Soon(2)}, counts)
	b.sweep()
	var ids []domain.TicketID
	for range 5 {
		id := fakes.AddOne(t, b.store).ID()
		b.take(id)
		require.Equal(t, domain.AIStatusFallback, b.ends(id).AIStatus())
		ids = append(ids, id)
	}
	model.here.Store(true)
	healing(t, classification.NewHealFallbacks(b.store, health, model, b.worker, 20, fakes.Clock, counts,
		fakes.Quiet).Run)
	for _, id := range ids {
		fakes.Eventually(t, "the fallback is healed",
			func() bool { return fakes.Load(t, b.store, id).AIStatus() == domain.AIStatusDone })
	}
	require.EqualValues(t, 1, model.probes.Load(), "nobody else told that the provider answers")
	require.EqualValues(t, 10, model.calls.Load())
	fakes.Eventually(t, "each is counted", func() bool { return counts.All()["healed"] == 5 })
	require.NoError(t, b.drain(fakes.Limit))
	fakes.Eventually(t, "no slot is held", func() bool { return b.worker.InFlight() == 0 })
}

func TestHealingStopsWhenTheProviderFailsAgain(t *testing.T) {
	t.Parallel()
	s := &fakes.Faulty{Store: stores.SQLite(t)}
	model := &outage{fault: domain.ErrClassifierUnavailable}
	health := classification.NewProviderHealth(model, fakes.Clock)
	classify := classification.NewClassifyNow(s, health,
		classification.ClassifyLimits{Timeout: fakes.Limit, Policy: fakes.Soon(1)}, fakes.Clock, ports.NoMeter{},
		fakes.Quiet)
	for range 6 {
		classify.Start(t.Context(), fakes.Add(t, s, 1, classify.Lease())[0], classify.Lease())
	}
	lying := proberFunc(func(context.Context) error { return nil })
	healing(t, classification.NewHealFallbacks(s, health, lying, classify, classification.HealSlots, fakes.Clock,
		ports.NoMeter{}, fakes.Quiet).Run)
	fakes.Eventually(t, "one is tried", func() bool { return model.calls.Load() > 6 })
	never := func() bool { return model.calls.Load() > 7 }
	require.Never(t, never, 10*fakes.Poll, fakes.Poll, "the others wait for the next recovery")
}

type proberFunc func(context.Context) error

func (f proberFunc) Probe(ctx context.Context) error { return f(ctx) }
