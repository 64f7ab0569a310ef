package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"ticketd/adapters/files"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// outcomeLine is what is kept of an outcome.
type outcomeLine struct {
	ID                 string   `json:"id"`
	Text               string   `json:"text_hash"`
	Right              string   `json:"right"`
	Category           string   `json:"category"` // empty for a fallback
	Confidence         *float64 `json:"confidence"`
	RightPriority      string   `json:"right_priority,omitempty"`
	Priority           string   `json:"priority"`
	PriorityConfidence *float64 `json:"priority_confidence"`
	Source             string   `json:"classified_by"`
	Model              string   `json:"model"`
	PromptVersion      string   `json:"prompt_version,omitempty"`
	Error              string   `json:"error,omitempty"`
}

func lineOfOutcome(o evaluation.Outcome) outcomeLine {
	v := o.Answer.Verdict
	line := outcomeLine{
		ID: o.Ticket.ID, Text: textHash(o.Ticket.Text), Right: o.Ticket.Category.String(), Category: v.Category().String(), Confidence: v.Confidence(),
		RightPriority: o.Ticket.Priority.String(), Priority: v.Priority().String(), PriorityConfidence: v.PriorityConfidence(),
		Source: o.Answer.Source.String(), Model: o.Answer.Model, PromptVersion: o.Answer.PromptVersion,
	}
	if o.Failed() {
		line.Error = o.Err.Error()
	}
	return line
}

// textHash tells texts apart without repeating them.
func textHash(t domain.Text) string {
	digest := sha256.Sum256([]byte(t.Title() + "\x00" + t.Description()))
	return hex.EncodeToString(digest[:8])
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

// savedOutcome is what a comparison needs of an earlier run.
type savedOutcome struct {
	evaluation.Prediction
	text string // textHash of the ticket
}

func readOutcomes(ctx context.Context, path string) ([]savedOutcome, error) {
	var saved []savedOutcome
	for row, err := range files.Rows(ctx, path, files.Names{Required: []string{"id", "text_hash", "right", "category"}}) {
		if err != nil {
			return nil, err
		}
		var s savedOutcome
		for name, field := range map[string]*string{"id": &s.ID, "text_hash": &s.text, "right": &s.Right, "category": &s.Category} {
			if *field, err = row.Text(name); err != nil {
				return nil, &files.RowError{Path: path, Line: row.Line(), Err: err}
			}
		}
		if s.ID == "" || s.text == "" || s.Right == "" {
			return nil, &files.RowError{Path: path, Line: row.Line(), Err: errors.New("is no outcome: ticketd eval --outcomes writes them")}
		}
		saved = append(saved, s)
	}
	return saved, nil
}

// sameTickets refuses the outcomes of other tickets that are called alike: those without an id are called after their line.
func sameTickets(saved []savedOutcome, tickets []ports.LabelledTicket) error {
	before := make(map[string]string, len(saved))
	for _, s := range saved {
		before[s.ID] = s.text
	}
	common, other, first := 0, 0, ""
	for _, t := range tickets {
		text, found := before[t.ID]
		if !found {
			continue
		}
		if common++; text != textHash(t.Text) {
			other++
			first = cmp.Or(first, t.ID)
		}
	}
	const advice = "; run eval with --outcomes over these tickets first, or compare with a classifier by its name"
	switch {
	case common == 0:
		return errors.New("it has none of the tickets of --data" + advice)
	case other > 0:
		return fmt.Errorf("it is about other tickets: of %d with the same id %d have other words, the first is %q%s", common, other, first, advice)
	}
	return nil
}
