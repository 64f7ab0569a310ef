package ports

import (
	"context"
	"iter"

	"ticketd/domain"
)

// LabelledTicket is a ticket whose right labels somebody gave.
type LabelledTicket struct {
	ID       string // as its source calls it; never empty
	Text     domain.Text
	Category domain.Category
	Priority domain.Priority // zero where nobody said
	Source   string          // where it comes from, for figures per source; may be empty
}

// LabelledTickets are a source of them: a file, or the corrections and confirmations in a store.
type LabelledTickets interface {
	// LabelledTickets reads from the start. A ticket that is wrong comes as an error that says where it stands, and reading goes
	// on after it; after any other error it ends.
	LabelledTickets(ctx context.Context) iter.Seq2[LabelledTicket, error]
}
