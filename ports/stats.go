package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// Period is a range of creation times: From <= created_at < To. A zero bound is open.
type Period struct{ From, To time.Time }

// TicketCounts counts tickets by their present labels. Tickets without a verdict are under the zero label.
type TicketCounts struct {
	Total      int
	ByCategory map[domain.Category]int
	ByPriority map[domain.Priority]int
	ByStatus   map[domain.Status]int
	ByAIStatus map[domain.AIStatus]int
	// ToReview counts the tickets that wait for a person, Reviewed those whose verdict a person reviewed, Drawn
	// those of the audit sample.
	ToReview int
	Reviewed map[domain.Review]int
	Drawn    int
}

// Compared is one group of reviewed tickets: what the machine predicted, what the reviewer left, how many.
// The prediction is the ticket's newest counted entry of a model or the offline classifier before the review.
// Tickets without one, such as those that only ever fell back, are in no group.
type Compared struct {
	Source            domain.Source // of the prediction: model or local
	Model             string
	PromptVersion     string
	Audit             bool // drawn for the audit sample
	PredictedCategory domain.Category
	Category          domain.Category // the reviewer's
	PredictedPriority domain.Priority
	Priority          domain.Priority
	N                 int
	Known             bool    // whether the confidence is known; if not, Bin and Confidence are 0
	Bin               int     // domain.ConfidenceBin of the prediction
	Confidence        float64 // the sum of the N confidences
}

// DayCount counts the tickets that were created on a day, by their present category; those without one are
// under the zero label.
type DayCount struct {
	Day        time.Time // its first moment, UTC
	ByCategory map[domain.Category]int
}

// Stats are counts of the tickets of a period, all as of the same moment.
type Stats struct {
	Tickets  TicketCounts
	ByDay    []DayCount // oldest first, without empty days
	Compared []Compared // in no order
}

// StatsReader reads statistics.
type StatsReader interface {
	Stats(ctx context.Context, p Period) (Stats, error)
}
