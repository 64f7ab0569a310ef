package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"ticketd/adapters/files"
	"ticketd/app/evaluation"
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
		r.saved, err = readOutcomes(ctx, c.Compare)
		return err
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

// outcomeLine is what is kept of an outcome.
type outcomeLine struct {
	ID                 string  `json:"id"`
	Right              string  `json:"right"`
	Category           string  `json:"category"` // empty for a fallback
	Confidence         float64 `json:"confidence"`
	RightPriority      string  `json:"right_priority,omitempty"`
	Priority           string  `json:"priority"`
	PriorityConfidence float64 `json:"priority_confidence"`
	Source             string  `json:"classified_by"`
	Model              string  `json:"model"`
	PromptVersion      string  `json:"prompt_version,omitempty"`
	Error              string  `json:"error,omitempty"`
}

func lineOfOutcome(o evaluation.Outcome) outcomeLine {
	v := o.Answer.Verdict
	line := outcomeLine{
		ID: o.Ticket.ID, Right: o.Ticket.Category.String(), Category: v.Category().String(), Confidence: v.Confidence(),
		RightPriority: o.Ticket.Priority.String(), Priority: v.Priority().String(), PriorityConfidence: v.PriorityConfidence(),
		Source: o.Answer.Source.String(), Model: o.Answer.Model, PromptVersion: o.Answer.PromptVersion,
	}
	if o.Failed() {
		line.Error = o.Err.Error()
	}
	return line
}

func writeOutcomes(path string, outcomes []evaluation.Outcome) error {
	return files.WriteAtomically(path, func(w io.Writer) error {
		lines := json.NewEncoder(w)
		for _, o := range outcomes {
			if err := lines.Encode(lineOfOutcome(o)); err != nil {
				return err
			}
		}
		return nil
	})
}

func readOutcomes(ctx context.Context, path string) ([]evaluation.Said, error) {
	var said []evaluation.Said
	for row, err := range files.Rows(ctx, path) {
		if err != nil {
			return nil, err
		}
		var s evaluation.Said
		for name, field := range map[string]*string{"id": &s.ID, "right": &s.Right, "category": &s.Category} {
			if *field, err = row.Text(name); err != nil {
				return nil, &files.RowError{Path: path, Line: row.Line(), Err: err}
			}
		}
		if s.ID == "" || s.Right == "" {
			return nil, &files.RowError{Path: path, Line: row.Line(), Err: errors.New("is no outcome: ticketd eval --outcomes writes them")}
		}
		said = append(said, s)
	}
	return said, nil
}
