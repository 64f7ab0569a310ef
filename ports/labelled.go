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

// LabelledTickets are a source of them: a file, or a store.
//
// A store gives the tickets whose labels a person corrected or confirmed, by ascending id, with the labels as the person
// left them: what he let stand counts as his. A new verdict of a machine takes a ticket out until a person looks at it again.
// Nothing holds the store while the tickets are taken; one that changes meanwhile comes as it was before or as it is then.
type LabelledTickets interface {
	// LabelledTickets reads from the start, a bounded part at a time. A ticket of a file that is wrong comes as an error that says where
	// it stands, and reading goes on after it; after any other error it ends.
	LabelledTickets(ctx context.Context) iter.Seq2[LabelledTicket, error]
}
