package bootstrap

import (
	"context"

	"ticketd/adapters/httpapi"
	"ticketd/app/classification"
	"ticketd/domain"
)

// mode is what differs between classifying in this process and in others.
type mode struct {
	starter    classification.Starter
	classifier string                      // its name for people
	checks     []httpapi.Check             // what must work beside the store
	sweeps     []func(context.Context)     // run beside the requests until their context ends
	drain      func(context.Context) error // waits for the classifications in flight
}

func (a *App) mode() mode {
	if a.publisher != nil {
		a.metrics.WatchQueue(a.publisher)
		return mode{
			starter:    classification.NewAnnounceTicket(a.publisher, a.metrics, a.log),
			classifier: "queue",
			checks:     []httpapi.Check{{Name: "redis", Ping: a.publisher.Ping}},
			sweeps:     []func(context.Context){func(ctx context.Context) { a.publisher.Watch(ctx, a.log) }},
			drain:      func(context.Context) error { return nil },
		}
	}
	classifier, heal := a.healing()
	limits := classification.ClassifyLimits{
		Timeout: a.candidate.Timeout, Policy: classification.RetryAtOnce(), Review: a.settings.Review,
		Heart: a.heart(),
	}
	classify := classification.NewClassifyNow(a.store, classifier, limits, a.clock, a.metrics, a.log)
	a.onClose(func() error { return classify.Drain(context.Background()) })
	a.metrics.WatchClassifications(classify.InFlight)
	finish := classification.NewFinishPending(a.store, classify, a.metrics, a.log)
	return mode{
		starter: classify, classifier: a.candidate.Name, drain: classify.Drain,
		sweeps: []func(context.Context){finish.Run, heal(classify, classification.HealSlots)},
	}
}

// heart beats from now on until the App closes, later than what relies on it.
func (a *App) heart() *classification.Heart {
	h := classification.NewHeart(a.store, a.clock, a.log)
	ctx, stop := context.WithCancel(context.Background())
	_ = h.Beat(ctx) // it has told of a failure, and goes on trying
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.Run(ctx)
	}()
	a.onClose(func() error {
		stop()
		<-done
		return nil
	})
	return h
}

// healer makes what classifies fallbacks again by finish, in up to slots at a time.
type healer func(finish classification.Finisher, slots int) func(context.Context)

// healing returns the classifier, watched if a model may fail it, and what heals fallbacks once it answers
// again.
func (a *App) healing() (domain.Classifier, healer) {
	if a.candidate.Server == nil || !a.settings.Classifier.Heal {
		never := func(ctx context.Context) { <-ctx.Done() }
		return a.candidate.Classifier, func(classification.Finisher, int) func(context.Context) { return never }
	}
	health := classification.NewProviderHealth(a.candidate.Classifier, a.clock)
	return health, func(finish classification.Finisher, slots int) func(context.Context) {
		return classification.NewHealFallbacks(
			a.store, health, a.candidate.Server, finish, slots, a.clock, a.metrics, a.log,
		).Run
	}
}
