package app

import (
	"time"

	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// Candidate is a classifier to evaluate.
type Candidate struct {
	Name       string // for people
	Classifier domain.Classifier
	Stages     *Stages       // nil but for a cascade
	Model      string        // the model whose calls may cost money; empty if there is none
	OpenAI     bool          // the model is OpenAI's own
	Timeout    time.Duration // of one call
	Training   TrainingMemory
}

// TrainingMemory knows which tickets a classifier was trained with. It is nil for one that was not trained
// here.
type TrainingMemory interface {
	// Known reports whether it knows at all: files of older models do not say.
	Known() bool
	// Has reports whether a ticket with this text was among them.
	Has(text domain.Text) bool
}

// seen counts the tickets that the candidate was trained with.
func (c Candidate) seen(tickets []ports.LabelledTicket) *evaluation.Seen {
	if c.Training == nil {
		return nil
	}
	s := &evaluation.Seen{Known: c.Training.Known()}
	for _, t := range tickets {
		if c.Training.Has(t.Text) {
			s.Tickets++
		}
	}
	return s
}

// Stages are the parts of a cascade: Second is asked where First's confidence is below Threshold.
type Stages struct {
	First, Second domain.Classifier
	Threshold     float64
}
