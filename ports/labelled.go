package ports

import (
	"context"
	"iter"

	"ticketd/domain"
)

// LabelledTicket is a ticket with labels known to be right.
type LabelledTicket struct {
	ID       string // the source's id; never empty
	Text     domain.Text
	Category domain.Category
	Priority domain.Priority // zero if unknown
	Source   string          // the origin, for figures per source; may be empty
}

// LabelledTickets is a source of labelled tickets: a file, or a store.
//
// A store yields the tickets whose labels a person corrected or confirmed, by ascending id, with the labels
// that the person left: a label they did not touch counts as theirs. A new verdict of a machine takes a
// ticket out until a person reviews it again. The iteration locks nothing; a ticket that changes meanwhile
// comes in its old state or its new one.
type LabelledTickets interface {
	// LabelledTickets reads from the start, a bounded part at a time. For a broken ticket of a file it yields an
	// error that names its place, and reading goes on; any other error ends it.
	LabelledTickets(ctx context.Context) iter.Seq2[LabelledTicket, error]
}
