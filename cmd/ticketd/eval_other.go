package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// prepareOther finds out what --compare means: a classifier's name, the outcomes of an earlier run, or a model file.
func (c *eval) prepareOther(ctx context.Context, raw settings.RawClassifier, tickets []ports.LabelledTicket, r *runs) error {
	var err error
	switch {
	case c.Compare == "":
		return nil
	case strings.EqualFold(filepath.Ext(c.Compare), ".jsonl"):
		if r.saved, err = readOutcomes(ctx, c.Compare); err != nil {
			return err
		}
		if err := sameTickets(r.saved, tickets); err != nil {
			return fmt.Errorf("--compare %s: %w", c.Compare, err)
		}
		return nil
	case c.Compare == "local":
		raw.Classifier, raw.LocalModel = c.Compare, ""
	case slices.Contains([]string{"auto", "openai", "cascade"}, c.Compare):
		raw.Classifier = c.Compare
	default:
		raw.Classifier, raw.LocalModel = "local", c.Compare
	}
	subject, err := subjectOf(raw)
	if err != nil {
		return fmt.Errorf("--compare: %w", err)
	}
	r.other = newEvalRun(subject, tickets, c.Concurrency, false)
	return nil
}

func subjectOf(raw settings.RawClassifier) (bootstrap.Subject, error) {
	s, err := raw.Parse()
	if err != nil {
		return bootstrap.Subject{}, err
	}
	return bootstrap.NewSubject(s)
}
