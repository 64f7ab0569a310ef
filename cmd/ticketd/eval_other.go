package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ticketd/cmd/bootstrap"
	"ticketd/ports"
)

// prepareOther finds out what --compare means: a classifier's name, the outcomes of an earlier run, or a model file.
func (c *eval) prepareOther(ctx context.Context, settings bootstrap.RawClassifier, tickets []ports.LabelledTicket, r *runs) error {
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
		settings.Classifier, settings.LocalModel = c.Compare, ""
	case slices.Contains([]string{"auto", "openai", "cascade"}, c.Compare):
		settings.Classifier = c.Compare
	default:
		settings.Classifier, settings.LocalModel = "local", c.Compare
	}
	subject, err := settings.Subject()
	if err != nil {
		return fmt.Errorf("--compare: %w", err)
	}
	r.other = newEvalRun(subject, tickets, c.Concurrency, false)
	return nil
}
