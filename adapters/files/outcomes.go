package files

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"ticketd/app/evaluation"
)

// outcomeLine is what is kept of an outcome.
type outcomeLine struct {
	ID                 string   `json:"id"`
	TextHash           string   `json:"text_hash"`
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
		ID: o.Ticket.ID, TextHash: evaluation.TextHash(o.Ticket.Text),
		Right: o.Ticket.Category.String(), Category: v.Category().String(), Confidence: v.Confidence(),
		RightPriority: o.Ticket.Priority.String(), Priority: v.Priority().String(),
		PriorityConfidence: v.PriorityConfidence(),
		Source:             o.Answer.Source.String(), Model: o.Answer.Model, PromptVersion: o.Answer.PromptVersion,
	}
	if o.Failed() {
		line.Error = o.Err.Error()
	}
	return line
}

// WriteOutcomes writes one line of JSON per ticket. The file appears when it is complete.
func WriteOutcomes(path string, outcomes []evaluation.Outcome) error {
	return WriteAtomically(path, func(w io.Writer) error {
		lines := json.NewEncoder(w)
		for _, o := range outcomes {
			if err := lines.Encode(lineOfOutcome(o)); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadOutcomes returns what a comparison needs of a file that WriteOutcomes wrote.
func ReadOutcomes(ctx context.Context, path string) ([]evaluation.Prediction, error) {
	var all []evaluation.Prediction
	names := Names{Required: []string{"id", "text_hash", "right", "category"}}
	for row, err := range Rows(ctx, path, names) {
		if err != nil {
			return nil, err
		}
		p, err := predictionFromRow(row)
		if err != nil {
			return nil, &RowError{Path: path, Line: row.Line(), Err: err}
		}
		all = append(all, p)
	}
	return all, nil
}

func predictionFromRow(row Row) (p evaluation.Prediction, err error) {
	for name, field := range map[string]*string{
		"id": &p.ID, "text_hash": &p.TextHash, "right": &p.Right, "category": &p.Category,
	} {
		if *field, err = row.Text(name); err != nil {
			return p, err
		}
	}
	if p.ID == "" || p.TextHash == "" || p.Right == "" {
		return p, errors.New("is no outcome: ticketd eval --outcomes writes them")
	}
	return p, nil
}
