package app

import (
	"time"

	"ticketd/domain"
)

// Candidate is a classifier to evaluate.
type Candidate struct {
	Name       string // for people
	Classifier domain.Classifier
	Stages     *Stages       // nil but for a cascade
	Model      string        // the model whose calls may cost money; empty if there is none
	OpenAI     bool          // the model is OpenAI's own
	Timeout    time.Duration // of one call
}

// Stages are the parts of a cascade: Second is asked where First's confidence is below Threshold.
type Stages struct {
	First, Second domain.Classifier
	Threshold     float64
}
