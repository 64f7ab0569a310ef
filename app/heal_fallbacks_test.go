package app_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
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
	return billing(), nil
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
	s, counts := &faulty{Store: newStore(t)}, &tally{}
	model := &outage{fault: domain.ErrClassifierKey}
	health := app.NewProviderHealth(model, clock)
	classify := app.NewClassifyNow(s, health, app.ClassifyLimits{Timeout: limit, Policy: soon(2)}, clock, counts, quiet)
	fall := func() domain.TicketID {
		ticket := add(t, s, 1, classify.Lease())[0]
		require.Equal(t, domain.AIStatusFallback, classify.Start(t.Context(), ticket).AIStatus())
		return ticket.ID()
	}
	id, corrected := fall(), fall()
	_, err := app.NewEditTicket(s, clock, counts).Handle(t.Context(), corrected, app.TicketEdit{Category: domain.CategoryTechnical})
	require.NoError(t, err)
	healing(t, app.NewHealFallbacks(s, health, model, classify, app.HealSlots, clock, counts, quiet).Run)
	eventually(t, "the provider is asked whether it answers", func() bool { return model.probes.Load() > 0 })
	require.Equal(t, domain.AIStatusFallback, load(t, s, id).AIStatus())
	require.EqualValues(t, 2, model.calls.Load(), "no ticket's round is spent on it")

	model.here.Store(true)
	next := add(t, s, 1, classify.Lease())[0]
	require.Equal(t, domain.AIStatusDone, classify.Start(t.Context(), next).AIStatus(), "a new ticket shows that it answers")
	eventually(t, "the fallback is healed", func() bool { return load(t, s, id).AIStatus() == domain.AIStatusDone })
	healed := load(t, s, id)
	require.Equal(t, domain.CategoryBilling, healed.Category())
	require.Equal(t, domain.SourceModel, healed.ClassifiedBy())
	require.Equal(t, []string{"classifier_key", ""}, codes(record(t, s, id)), "the record has both rounds")
	require.Equal(t, domain.SourceHuman, load(t, s, corrected).ClassifiedBy(), "a person's word ends it")
	eventually(t, "it is counted", func() bool { return counts.all()["healed"] == 1 })
	require.Equal(t, 1, counts.all()["swept heal"])
}

func TestFallbacksHealByAWorker(t *testing.T) {
	t.Parallel()
	model := &outage{fault: domain.ErrClassifierQuota}
	health := app.NewProviderHealth(model, clock)
	counts := &tally{}
	b := newCountedBench(t, health, app.WorkerLimits{Slots: 20, Policy: soon(2)}, counts)
	b.sweep()
	var ids []domain.TicketID
	for range 5 {
		id := addOne(t, b.store).ID()
		b.take(id)
		require.Equal(t, domain.AIStatusFallback, b.ends(id).AIStatus())
		ids = append(ids, id)
	}
	model.here.Store(true)
	healing(t, app.NewHealFallbacks(b.store, health, model, b.worker, 20, clock, counts, quiet).Run)
	for _, id := range ids {
		eventually(t, "the fallback is healed", func() bool { return load(t, b.store, id).AIStatus() == domain.AIStatusDone })
	}
	require.EqualValues(t, 1, model.probes.Load(), "nobody else told that the provider answers")
	require.EqualValues(t, 10, model.calls.Load())
	eventually(t, "each is counted", func() bool { return counts.all()["healed"] == 5 })
	require.NoError(t, b.drain(limit))
	eventually(t, "no slot is held", func() bool { return b.worker.InFlight() == 0 })
}

func TestHealingStopsWhenTheProviderFailsAgain(t *testing.T) {
	t.Parallel()
	s := &faulty{Store: newStore(t)}
	model := &outage{fault: domain.ErrClassifierUnavailable}
	health := app.NewProviderHealth(model, clock)
	classify := app.NewClassifyNow(s, health, app.ClassifyLimits{Timeout: limit, Policy: soon(1)}, clock, ports.NoMeter{}, quiet)
	for range 6 {
		classify.Start(t.Context(), add(t, s, 1, classify.Lease())[0])
	}
	lying := proberFunc(func(context.Context) error { return nil })
	healing(t, app.NewHealFallbacks(s, health, lying, classify, app.HealSlots, clock, ports.NoMeter{}, quiet).Run)
	eventually(t, "one is tried", func() bool { return model.calls.Load() > 6 })
	never := func() bool { return model.calls.Load() > 7 }
	require.Never(t, never, 10*poll, poll, "the others wait for the next recovery")
}

type proberFunc func(context.Context) error

func (f proberFunc) Probe(ctx context.Context) error { return f(ctx) }
