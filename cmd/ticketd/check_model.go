package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"

	"ticketd/adapters/openai"
	"ticketd/app/classification"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
)

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
			given := a.Answer.Verdict
			v.Category, v.Priority = given.Category().String(), given.Priority().String()
			v.Confidence = given.Confidence()
			found.Source = c.source(up, a.Answer)
		}
		found.Verdicts = append(found.Verdicts, v)
	}
	slices.Sort(took)
	if len(took) > 0 {
		found.Latency = took[len(took)/2]
	}
	if p := up.Price(); p != nil {
		found.Cost = new((p.Input*float64(found.Input) + p.Output*float64(found.Output)) / million)
	}
	c.dialect(up, found)
}

// wrong says what to set if the classifier answers but sorts a plain ticket into another category.
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
	if up.Candidate().Server == nil {
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
	where, model := "OpenAI", raw.Classifier.Model
	if u, bad := url.Parse(raw.Classifier.BaseURL); bad == nil && u.Host != "" {
		where = u.Scheme + "://" + u.Host + u.Path
	}
	say := map[string]string{
		domain.ErrClassifierKey.Code: "OPENAI_API_KEY: " + where +
			" does not accept the key, or it may not use AI_MODEL=" + model,
		domain.ErrClassifierQuota.Code: "OPENAI_API_KEY: its account has no money or quota left",
		domain.ErrClassifierUnavailable.Code: "OPENAI_BASE_URL: " + where +
			" is out of reach; is the server running, and is its path right (often /v1)?",
		domain.ErrClassifierTimeout.Code: "AI_TIMEOUT_MS: no answer in time; raise it, " +
			"or AI_WARMUP_MS for a server that loads its model first",
		domain.ErrThrottled.Code: "the provider answers too many requests; wait, or ask it for a higher limit",
		domain.ErrClassifierRefused.Code: "AI_MODEL or OPENAI_BASE_URL: " + where +
			" refuses the request; does it have the model " + model + ", and is the path right (often /v1)?",
		domain.ErrTextTooLong.Code: "the model's context is too small even for a short ticket; " +
			"give it 4096 tokens or more at the server",
		domain.ErrAnswerCutOff.Code: "AI_MAX_OUTPUT_TOKENS: the answer is cut off; " +
			"raise it, or set AI_REASONING_EFFORT=low",
		domain.ErrAnswerEmpty.Code: "AI_MODEL: the model answers nothing; " +
			"take another one, or raise AI_MAX_OUTPUT_TOKENS",
		domain.ErrAnswerRefused.Code: "AI_MODEL: the model or its filter refuses harmless tickets; " +
			"take another one",
		domain.ErrBadAnswer.Code: "AI_MODEL: the model does not answer with a category and a priority; " +
			"take a larger one",
	}[domain.CodeOf(err)]
	if say == "" {
		return err.Error()
	}
	return say + " (" + err.Error() + ")"
}
