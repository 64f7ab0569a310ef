package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// Period is a span of time of creation: From <= created_at < To. A zero end is open.
type Period struct{ From, To time.Time }

// TicketCounts counts tickets by their labels as they are now. Those without a verdict yet are under the zero label.
type TicketCounts struct {
	Total      int
	ByCategory map[domain.Category]int
	ByPriority map[domain.Priority]int
	ByStatus   map[domain.Status]int
	ByAIStatus map[domain.AIStatus]int
	// ToReview wait for a person, Reviewed are those whose verdict a person looked at, Drawn belong to the audit sample.
	ToReview int
	Reviewed map[domain.Review]int
	Drawn    int
}

// Compared are N tickets that differ in nothing it names. A person corrected or confirmed each of them; what he
// left is compared with what a machine had said before: the ticket's newest entry of a model or the offline classifier that counted. A
// ticket without such an entry, such as one that only ever fell back, is in none.
type Compared struct {
	Source        domain.Source // who said: model or local
	Model         string
	PromptVersion string
	Audit         bool // drawn for the audit sample
	SaidCategory  domain.Category
	Category      domain.Category // the person's
	SaidPriority  domain.Priority
	Priority      domain.Priority
	N             int
	Known         bool    // whether the machine's confidence is known; else Bin and Confidence are 0
	Bin           int     // domain.ConfidenceBin of what was said
	Confidence    float64 // the sum of the N confidences
}

// Stats are counts of the tickets of a period, all as of one moment.
type Stats struct {
	Tickets  TicketCounts
	Compared []Compared // in no order
}

// StatsReader counts.
type StatsReader interface {
	Stats(ctx context.Context, p Period) (Stats, error)
}
