package bootstrap

import (
	"context"
	"fmt"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
	"ticketd/adapters/openai"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// Candidate is a classifier with the client of its model's server.
type Candidate struct {
	app.Candidate
	Server *openai.Classifier // nil if no model is asked
}

// WarmUp wakes the model's server, where one of its own is set. It returns at once.
func (c Candidate) WarmUp() {
	if c.Server != nil {
		c.Server.WarmUp()
	}
}

// Close ends what waits for the model's server.
func (c Candidate) Close() {
	if c.Server != nil {
		c.Server.Close()
	}
}

// watchers are told what a classifier does.
type watchers struct {
	meter  ports.Meter
	tracer trace.TracerProvider // nil: nobody traces
	// dropped hears of parameters that the model's server does not take, and takes again.
	dropped func(parameter string, dropped bool)
	// probed hears of the tokens of calls to the model that were made for no ticket.
	probed func(inputTokens, outputTokens int)
	log    *slog.Logger
}

// NewCandidate makes the classifier of the settings for a command that nobody watches. It makes no call.
func NewCandidate(s settings.Classifier) (Candidate, error) {
	return newCandidate(s, watchers{meter: ports.NoMeter{}})
}

func newCandidate(s settings.Classifier, w watchers) (Candidate, error) {
	var c Candidate
	var err error
	if s.Name != settings.ClassifierOpenAI {
		if c.Candidate, err = newLocal(s); err != nil {
			return Candidate{}, err
		}
	}
	c.Timeout = s.Timeout
	if s.Name == settings.ClassifierLocal {
		return c, nil
	}
	c.Server, err = openai.New(openai.Options{
		APIKey: s.APIKey, BaseURL: s.BaseURL, Header: s.Headers, Model: s.Model, Redact: s.Redact,
		MaxOutputTokens: s.MaxOutput, Effort: s.Effort, Warmup: s.Warmup,
		Tracer: w.tracer, Log: w.log, Dropped: w.dropped, Probed: w.probed,
	})
	if err != nil {
		return Candidate{}, err
	}
	c.Model, c.OpenAI = s.Model, s.BaseURL == ""
	if s.Name == settings.ClassifierOpenAI {
		c.Classifier, c.Name = c.Server, "openai "+s.Model
		return c, nil
	}
	c.Stages = &app.Stages{First: c.Classifier, Second: c.Server, Threshold: s.Threshold}
	c.Name = "cascade of " + c.Name + " and openai " + s.Model
	c.Classifier = classification.NewCascade(c.Stages.First, c.Server, s.Threshold, w.meter)
	return c, nil
}

func newLocal(s settings.Classifier) (app.Candidate, error) {
	if s.LocalModel == "" {
		return app.Candidate{Name: "local", Classifier: local.New()}, nil
	}
	model, err := trained.Load(s.LocalModel)
	if err != nil {
		return app.Candidate{}, fmt.Errorf("LOCAL_MODEL: %w", err)
	}
	return app.Candidate{
		Name: "local with model " + model.Hash(), Classifier: trained.New(model, local.New()),
		Training: model.TrainedWith(),
	}, nil
}

// noteOffline says why the offline classifier works, where that may come as a surprise.
func noteOffline(ctx context.Context, s settings.Classifier, log *slog.Logger) {
	switch {
	case s.Name != settings.ClassifierLocal:
	case s.APIKey == "" && s.BaseURL != "":
		log.WarnContext(ctx, "OPENAI_BASE_URL is set but OPENAI_API_KEY is not: the offline classifier works; "+
			"for a server without keys set AI_CLASSIFIER=openai")
	case s.APIKey == "":
		log.InfoContext(ctx, "OPENAI_API_KEY is not set: the offline classifier works")
	}
}
