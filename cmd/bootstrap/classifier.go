package bootstrap

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
	"ticketd/adapters/openai"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
)

// newClassifier makes the classifier of the settings. It must be closed.
func newClassifier(ctx context.Context, s ClassifierSettings, w watchers, log *slog.Logger) (Subject, error) {
	switch {
	case s.Name != classifierLocal:
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

// Subject makes the classifier that the settings name. It makes no call.
func (raw RawClassifier) Subject() (Subject, error) {
	var r reader
	s := raw.parse(&r)
	if err := r.err(); err != nil {
		return Subject{}, err
	}
	return newSubject(s, nobodyWatches())
}

func newSubject(s ClassifierSettings, w watchers) (Subject, error) {
	subject := Subject{Timeout: s.Timeout}
	if s.Name != classifierOpenAI {
		c, name, err := newLocal(s)
		if err != nil {
			return Subject{}, err
		}
		subject.Classifier, subject.Name = c, name
	}
	if s.Name == classifierLocal {
		return subject, nil
	}
	model, err := openai.New(openai.Options{
		APIKey: s.APIKey, BaseURL: s.BaseURL, Header: s.Headers, Model: s.Model, Redact: s.Redact, MaxOutputTokens: s.MaxOutput,
		Effort: s.Effort, Warmup: s.Warmup, Tracer: w.tracer, Log: w.log, Dropped: w.dropped,
	})
	if err != nil {
		return Subject{}, err
	}
	subject.Server, subject.Model, subject.OpenAI = model, s.Model, s.BaseURL == ""
	if s.Name == classifierOpenAI {
		subject.Classifier, subject.Name = model, "openai "+s.Model
		return subject, nil
	}
	subject.Stages = &Stages{subject.Classifier, model, s.Threshold}
	subject.Name = "cascade of " + subject.Name + " and openai " + s.Model
	subject.Classifier = classification.NewCascade(subject.Stages.First, model, s.Threshold, w.meter)
	return subject, nil
}

func newLocal(s ClassifierSettings) (domain.Classifier, string, error) {
	s, err := s.withModel()
	if err != nil {
		return nil, "", err
	}
	if s.model == nil {
		return local.New(), "local", nil
	}
	return trained.New(s.model, local.New()), "local with model " + s.model.Hash(), nil
}

// withModel reads LOCAL_MODEL if it is used and was not read yet. What opens a store asks for it before, so that a wrong file leaves
// no trace.
func (s ClassifierSettings) withModel() (ClassifierSettings, error) {
	if s.LocalModel == "" || s.Name == classifierOpenAI || s.model != nil {
		return s, nil
	}
	model, err := trained.Load(s.LocalModel)
	if err != nil {
		return s, fmt.Errorf("LOCAL_MODEL: %w", err)
	}
	s.model = model
	return s, nil
}
