package main

import (
	"context"
	"errors"

	"ticketd/app/classification"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
)

type check struct {
	settings.RawCheck
	Yes  bool `help:"Do not ask before the model is asked about three tickets, though that may cost more than a cent."`
	JSON bool `name:"json" help:"Print JSON, for programs."`
}

// dearest is more than a model that nobody named a price for is likely to cost, in US dollars per million
// tokens.
const dearest = 60

// checked is what the command found out. An empty problem is good news.
type checked struct {
	Ready    bool      `json:"ready"`
	Problems []string  `json:"problems"` // what to set
	Database string    `json:"database"`
	Redis    string    `json:"redis,omitempty"`
	Name     string    `json:"classifier"`
	Model    string    `json:"model,omitempty"` // as the server calls it
	Latency  int64     `json:"latency_ms"`      // the median
	Takes    []string  `json:"takes,omitempty"`
	Dropped  []dropped `json:"dropped,omitempty"`
	Source   string    `json:"confidence_from"` // in words
	Input    int       `json:"input_tokens_per_ticket"`
	Output   int       `json:"output_tokens_per_ticket"`
	Cost     *float64  `json:"dollars_per_ticket,omitempty"`
	Verdicts []verdict `json:"verdicts"`
}

type dropped struct {
	Parameter string `json:"parameter"`
	Why       string `json:"why"`
	Cost      string `json:"cost"`
}

type verdict struct {
	Title      string   `json:"title"`
	Category   string   `json:"category,omitempty"`
	Expected   string   `json:"expected"`
	Priority   string   `json:"priority,omitempty"`
	Confidence *float64 `json:"confidence"`
	LatencyMS  int64    `json:"latency_ms"`
	Error      string   `json:"error,omitempty"`
}

// Run prints what it found and fails if tickets would become fallbacks or the classifier sorts plain ones
// wrongly.
func (c *check) Run(ctx context.Context, out *streams) error {
	s, err := c.Parse()
	if err != nil {
		return err
	}
	up, err := bootstrap.NewCheckUp(s, out.stderr)
	if err != nil {
		return err
	}
	defer up.Close()
	found := checked{Name: up.Candidate().Name, Problems: []string{}, Verdicts: []verdict{}}
	note := func(text string, err error) string {
		if err != nil {
			found.Problems = append(found.Problems, err.Error())
		}
		return text
	}
	found.Database = note(up.Database(ctx))
	found.Redis = note(up.Redis(ctx))
	if err := c.confirm(ctx, up, out); err != nil {
		return err
	}
	c.model(ctx, up, &found)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	found.Ready = len(found.Problems) == 0
	if err := c.print(out.stdout, found); err != nil {
		return err
	}
	if !found.Ready {
		return errors.New("not ready")
	}
	return nil
}

// confirm asks before more than a cent may be spent.
func (c *check) confirm(ctx context.Context, up *bootstrap.CheckUp, out *streams) error {
	s := spending{candidate: up.Candidate().Candidate, slots: 1}
	for _, t := range classification.CheckTexts() {
		s.add(t.Text)
	}
	s.add(classification.CheckTexts()[0].Text) // the call that wakes the server
	cost := dearest * float64(s.tokens.Input+s.tokens.Output) / million
	if p := up.Price(); p != nil {
		cost = (p.Input*float64(s.tokens.Input) + p.Output*float64(s.tokens.Output)) / million
	} else if s.candidate.OpenAI && s.candidate.Model == pricedModel {
		cost = (defaultInputPrice*float64(s.tokens.Input) + defaultOutputPrice*float64(s.tokens.Output)) / million
	}
	if s.candidate.Model == "" || up.Free() || cost <= 0.01 {
		return nil
	}
	flags := spendingFlags{Yes: c.Yes}
	if up.Price() != nil {
		flags.InputPrice, flags.OutputPrice = up.Price().Input, up.Price().Output
	}
	return flags.confirm(ctx, out, s)
}
