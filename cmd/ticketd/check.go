package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"ticketd/adapters/openai"
	"ticketd/app/classification"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
)

type check struct {
	settings.RawCheck
	Yes  bool `help:"Do not ask before the model is asked about three tickets, though that may cost more than a cent."`
	JSON bool `name:"json" help:"Print JSON, for programs."`
}

// dearest is more than a model that nobody named a price for is likely to cost, in US dollars per million tokens.
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
	Source   string    `json:"confidence_from"` // log-probabilities, the model's own figure, the offline classifier, or nowhere
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

// Run prints what it found and fails if tickets would become fallbacks or the classifier sorts plain ones wrongly.
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
	found := checked{Name: up.Subject().Name}
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
	s := spending{subject: up.Subject(), slots: 1}
	for _, t := range classification.CheckTexts() {
		s.add(t.Text)
	}
	s.add(classification.CheckTexts()[0].Text) // the call that wakes the server
	in, price := dearest, dearest
	cost := (float64(in*s.tokens.Input) + float64(price*s.tokens.Output)) / million
	if p := up.Price; p != nil {
		cost = (p.Input*float64(s.tokens.Input) + p.Output*float64(s.tokens.Output)) / million
	} else if s.subject.OpenAI && s.subject.Model == pricedModel {
		cost = (defaultInputPrice*float64(s.tokens.Input) + defaultOutputPrice*float64(s.tokens.Output)) / million
	}
	if s.subject.Model == "" || up.Free() || cost <= 0.01 {
		return nil
	}
	flags := spendingFlags{Yes: c.Yes}
	if up.Price != nil {
		flags.InputPrice, flags.OutputPrice = up.Price.Input, up.Price.Output
	}
	return flags.confirm(ctx, out, s)
}

// model tries the classifier.
func (c *check) model(ctx context.Context, up *bootstrap.CheckUp, found *checked) {
	if err := up.Wake(ctx); err != nil {
		found.Problems = append(found.Problems, advice(err, c.RawCheck))
		return
	}
	var took []int64
	tickets := up.Tickets(ctx)
	if problem := wrong(tickets, c.Classifier.LocalModel); problem != "" {
		found.Problems = append(found.Problems, problem)
	}
	for _, t := range tickets {
		a := t.Attempt
		v := verdict{Title: t.Text.Title(), Expected: t.Category.String(), LatencyMS: a.Latency.Milliseconds()}
		took = append(took, v.LatencyMS)
		found.Model = a.Answer.Model
		found.Input, found.Output = max(found.Input, a.Answer.InputTokens), max(found.Output, a.Answer.OutputTokens)
		if a.Err != nil {
			v.Error = a.Err.Error()
			if problem := advice(a.Err, c.RawCheck); !slices.Contains(found.Problems, problem) {
				found.Problems = append(found.Problems, problem)
			}
		} else {
			v.Category, v.Priority, v.Confidence = a.Answer.Verdict.Category().String(), a.Answer.Verdict.Priority().String(), a.Answer.Verdict.Confidence()
			found.Source = c.source(up, a.Answer)
		}
		found.Verdicts = append(found.Verdicts, v)
	}
	slices.Sort(took)
	if len(took) > 0 {
		found.Latency = took[len(took)/2]
	}
	if p := up.Price; p != nil {
		found.Cost = new((p.Input*float64(found.Input) + p.Output*float64(found.Output)) / million)
	}
	c.dialect(up, found)
}

// wrong says what to set if the classifier answers but sorts a ticket into another category than the plain one.
func wrong(tickets []classification.CheckedTicket, localModel string) string {
	n, setting := 0, "AI_MODEL: the model"
	for _, t := range tickets {
		if t.Attempt.Err != nil || t.Attempt.Answer.Verdict.Category() == t.Category {
			continue
		}
		n++
		if t.Attempt.Answer.Source == domain.SourceLocal {
			setting = "LOCAL_MODEL: " + cmp.Or(localModel, "the offline classifier")
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s sorts %d of %d plain tickets wrongly; take another one", setting, n, len(tickets))
}

func (c *check) source(up *bootstrap.CheckUp, a domain.Answer) string {
	switch {
	case a.Source == domain.SourceLocal:
		return "the offline classifier"
	case up.Report().FromTokens:
		return "the log-probabilities of the tokens"
	case a.Verdict.Confidence() != nil:
		return "the model's own figure"
	}
	return "nowhere: every ticket will need review"
}

func (c *check) dialect(up *bootstrap.CheckUp, found *checked) {
	if up.Subject().Server == nil {
		return
	}
	for _, d := range up.Report().Dropped {
		found.Dropped = append(found.Dropped, dropped{d.Parameter, d.Why, d.Cost})
	}
	for _, name := range openai.ParameterNames() {
		gone := slices.ContainsFunc(found.Dropped, func(d dropped) bool { return d.Parameter == name })
		if !gone && (name != "reasoning_effort" || c.Classifier.Effort != "") {
			found.Takes = append(found.Takes, name)
		}
	}
}

// advice says what to set, by the code of the error.
func advice(err error, raw settings.RawCheck) string {
	where := "OpenAI"
	if u, bad := url.Parse(raw.Classifier.BaseURL); bad == nil && u.Host != "" {
		where = u.Scheme + "://" + u.Host + u.Path
	}
	say := map[string]string{
		domain.ErrClassifierKey.Code:         "OPENAI_API_KEY: " + where + " does not accept the key, or it may not use AI_MODEL=" + raw.Classifier.Model,
		domain.ErrClassifierQuota.Code:       "OPENAI_API_KEY: its account has no money or quota left",
		domain.ErrClassifierUnavailable.Code: "OPENAI_BASE_URL: " + where + " is out of reach; is the server running, and is its path right (often /v1)?",
		domain.ErrClassifierTimeout.Code:     "AI_TIMEOUT_MS: no answer in time; raise it, or AI_WARMUP_MS for a server that loads its model first",
		domain.ErrThrottled.Code:             "the provider answers too many requests; wait, or ask it for a higher limit",
		domain.ErrClassifierRefused.Code:     "AI_MODEL or OPENAI_BASE_URL: " + where + " refuses the request; does it have the model " + raw.Classifier.Model + ", and is the path right (often /v1)?",
		domain.ErrTextTooLong.Code:           "the model's context is too small even for a short ticket; give it 4096 tokens or more at the server",
		domain.ErrAnswerCutOff.Code:          "AI_MAX_OUTPUT_TOKENS: the answer is cut off; raise it, or set AI_REASONING_EFFORT=low",
		domain.ErrAnswerEmpty.Code:           "AI_MODEL: the model answers nothing; take another one, or raise AI_MAX_OUTPUT_TOKENS",
		domain.ErrAnswerRefused.Code:         "AI_MODEL: the model or its filter refuses harmless tickets; take another one",
		domain.ErrBadAnswer.Code:             "AI_MODEL: the model does not answer with a category and a priority; take a larger one",
	}[domain.CodeOf(err)]
	if say == "" {
		return err.Error()
	}
	return say + " (" + err.Error() + ")"
}

func (c *check) print(w io.Writer, found checked) error {
	if c.JSON {
		lines := json.NewEncoder(w)
		lines.SetIndent("", "  ")
		return lines.Encode(found)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			_, _ = fmt.Fprintf(t, "%s\t%s\n", name, text) // Flush reports the error
		}
	}
	row("database", found.Database)
	row("redis", found.Redis)
	row("classifier", found.Name)
	if found.Model != "" && len(found.Verdicts) > 0 {
		row("answers", fmt.Sprintf("%s, in %s", found.Model, time.Duration(found.Latency)*time.Millisecond))
	}
	row("takes", strings.Join(found.Takes, ", "))
	for _, d := range found.Dropped {
		row("goes without", fmt.Sprintf("%s: %s, so %s", d.Parameter, d.Why, d.Cost))
	}
	row("confidence", found.Source)
	if found.Input > 0 {
		row("tokens", fmt.Sprintf("%d in, %d out per ticket%s", found.Input, found.Output, dollars(found.Cost)))
	}
	for _, v := range found.Verdicts {
		row(fmt.Sprintf("%q", v.Title), v.text())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if found.Ready {
		_, err := fmt.Fprintln(w, "ready")
		return err
	}
	_, err := fmt.Fprintln(w, strings.Join(found.Problems, "\n"))
	return err
}

func (v verdict) text() string {
	if v.Error != "" {
		return "fallback: " + v.Error
	}
	confidence := "unknown"
	if v.Confidence != nil {
		confidence = fmt.Sprintf("%.2f", *v.Confidence)
	}
	text := fmt.Sprintf("%s, %s, confidence %s", v.Category, v.Priority, confidence)
	if v.Category != v.Expected {
		text += " (" + v.Expected + " was expected)"
	}
	return text
}

func dollars(cost *float64) string {
	if cost == nil {
		return ""
	}
	return fmt.Sprintf(", $%.6f", *cost)
}
