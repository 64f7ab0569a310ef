package bootstrap

import (
	"context"
	"fmt"
	"log/slog"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/metrics"
	"ticketd/adapters/redisstream"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// mode is what differs between classifying in the request and in other processes.
type mode struct {
	starter    classification.Starter
	classifier string                      // its name for people
	checks     []httpapi.Check             // what must work beside the store
	sweeps     []func(context.Context)     // run beside the requests until their context ends
	drain      func(context.Context) error // waits for the classifications in flight
	watch      func(*metrics.Metrics)      // shows the mode's own figures
	warmUp     func()
	close      func() error
}

func newMode(s settings.Server, subject Subject, st store, clock ports.Clock, w watchers, log *slog.Logger) (mode, error) {
	if s.Queue.Use {
		return queueMode(s, w, log)
	}
	classifier, healing := subject.healing(s.Classifier.Heal, st, clock, w.meter, log)
	classify := classification.NewClassifyNow(st, classifier, classifyLimits(s), clock, w.meter, log)
	return mode{
		starter: classify, classifier: subject.Name, warmUp: subject.WarmUp,
		sweeps: []func(context.Context){classification.NewFinishPending(st, classify, w.meter, log).Run, healing(classify, classification.HealSlots)}, drain: classify.Drain,
		watch: func(m *metrics.Metrics) { m.WatchClassifications(classify.InFlight) },
		close: func() error {
			defer subject.Close()
			return classify.Drain(context.Background())
		},
	}, nil
}

// ownClassifier is made before a store is opened, so that a wrong LOCAL_MODEL leaves no trace; it is empty if workers classify.
func ownClassifier(ctx context.Context, s settings.Server, w watchers, log *slog.Logger) (Subject, error) {
	if s.Queue.Use {
		return Subject{}, nil
	}
	return newClassifier(ctx, s.Classifier, w, log)
}

func classifyLimits(s settings.Server) classification.ClassifyLimits {
	return classification.ClassifyLimits{Timeout: s.Classifier.Timeout, Policy: classification.RetryAtOnce(), Review: s.Review}
}

func queueMode(s settings.Server, w watchers, log *slog.Logger) (mode, error) {
	publisher, err := redisstream.NewPublisher(s.Queue.RedisURL, redisstream.TracedBy(w.tracer))
	if err != nil {
		return mode{}, fmt.Errorf("REDIS_URL: %w", err)
	}
	return mode{
		starter: classification.NewAnnounceTicket(publisher, w.meter, log), classifier: "queue", warmUp: func() {},
		checks: []httpapi.Check{{Name: "redis", Ping: publisher.Ping}},
		drain:  func(context.Context) error { return nil }, close: publisher.Close,
		watch: func(m *metrics.Metrics) { m.WatchQueue(publisher) },
	}, nil
}
