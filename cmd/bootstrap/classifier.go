package bootstrap

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
	"ticketd/adapters/openai"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/domain"
	"ticketd/ports"
)

// watchers are told what the core does.
type watchers struct {
	meter  ports.Meter
	tracer trace.TracerProvider // nil: nobody traces
	// dropped is told of parameters that the model's server does not take, and takes again.
	dropped func(parameter string, dropped bool)
	// probed is told the tokens of calls to the model that were made for no ticket.
	probed func(inputTokens, outputTokens int)
	log    *slog.Logger
}

// nobodyWatches is for commands that end soon.
func nobodyWatches() watchers { return watchers{meter: ports.NoMeter{}} }

// newClassifier makes the classifier of the settings. It must be closed.
func newClassifier(ctx context.Context, s settings.Classifier, w watchers, log *slog.Logger) (Subject, error) {
	switch {
	case s.Name != settings.ClassifierLocal:
	case s.APIKey == "" && s.BaseURL != "":
		log.WarnContext(ctx, "OPENAI_BASE_URL is set but OPENAI_API_KEY is not: the offline classifier works; for a server without keys set AI_CLASSIFIER=openai")
	case s.APIKey == "":
		log.InfoContext(ctx, "OPENAI_API_KEY is not set: the offline classifier works")
	}
	w.log = log
	return newSubject(s, w)
}

// Subject is a classifier with what an evaluation has to know of it.
type Subject struct {
	Name       string // for people
	Classifier domain.Classifier
	Stages     *Stages            // nil but for a cascade
	Model      string             // the model whose calls may cost money; empty if there is none
	OpenAI     bool               // the model is OpenAI's own
	Timeout    time.Duration      // of one call
	Server     *openai.Classifier // the model's; nil if there is none
}

// healing returns what to run beside the classifications, and the classifier that it watches; nothing to run without a model.
func (s Subject) healing(
	wanted bool, st ports.FallbackHealer, clock ports.Clock, meter ports.Meter, log *slog.Logger,
) (domain.Classifier, func(finish classification.Finisher, slots int) func(context.Context)) {
	if s.Server == nil || !wanted {
		return s.Classifier, func(classification.Finisher, int) func(context.Context) {
			return func(ctx context.Context) { <-ctx.Done() }
		}
	}
	health := classification.NewProviderHealth(s.Classifier, clock)
	return health, func(finish classification.Finisher, slots int) func(context.Context) {
		return classification.NewHealFallbacks(st, health, s.Server, finish, slots, clock, meter, log).Run
	}
}

// WarmUp wakes the model's server, where one of its own is set. It returns at once.
func (s Subject) WarmUp() {
	if s.Server != nil {
		s.Server.WarmUp()
	}
}

// Close ends what waits for the model's server.
func (s Subject) Close() {
	if s.Server != nil {
		s.Server.Close()
	}
}

// Stages are the parts of a cascade.
type Stages struct {
	First, Second domain.Classifier
	Threshold     float64
}

// NewSubject makes the classifier of the settings. It makes no call.
func NewSubject(s settings.Classifier) (Subject, error) { return newSubject(s, nobodyWatches()) }

func newSubject(s settings.Classifier, w watchers) (Subject, error) {
	subject := Subject{Timeout: s.Timeout}
	if s.Name != settings.ClassifierOpenAI {
		c, name, err := newLocal(s)
		if err != nil {
			return Subject{}, err
		}
		subject.Classifier, subject.Name = c, name
	}
	if s.Name == settings.ClassifierLocal {
		return subject, nil
	}
	model, err := openai.New(openai.Options{
		APIKey: s.APIKey, BaseURL: s.BaseURL, Header: s.Headers, Model: s.Model, Redact: s.Redact, MaxOutputTokens: s.MaxOutput,
		Effort: s.Effort, Warmup: s.Warmup, Tracer: w.tracer, Log: w.log, Dropped: w.dropped, Probed: w.probed,
	})
	if err != nil {
		return Subject{}, err
	}
	subject.Server, subject.Model, subject.OpenAI = model, s.Model, s.BaseURL == ""
	if s.Name == settings.ClassifierOpenAI {
		subject.Classifier, subject.Name = model, "openai "+s.Model
		return subject, nil
	}
	subject.Stages = &Stages{subject.Classifier, model, s.Threshold}
	subject.Name = "cascade of " + subject.Name + " and openai " + s.Model
	subject.Classifier = classification.NewCascade(subject.Stages.First, model, s.Threshold, w.meter)
	return subject, nil
}

func newLocal(s settings.Classifier) (domain.Classifier, string, error) {
	if s.LocalModel == "" {
		return local.New(), "local", nil
	}
	model, err := trained.Load(s.LocalModel)
	if err != nil {
		return nil, "", fmt.Errorf("LOCAL_MODEL: %w", err)
	}
	return trained.New(model, local.New()), "local with model " + model.Hash(), nil
}
