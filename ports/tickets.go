package ports

import (
	"context"
	"time"

	"ticketd/domain"
	"ticketd/ports/search"
)

// TicketAdder stores new tickets.
type TicketAdder interface {
	// AddTicket stores t and returns it with its id. With a lease above 0 the row is claimed from the start, for as long, so that
	// nobody else classifies it meanwhile. A creator who is gone is domain.ErrCreatorGone and nothing is stored.
	AddTicket(ctx context.Context, t domain.Ticket, lease time.Duration) (domain.Ticket, error)
}

// TicketReader reads single tickets.
type TicketReader interface {
	// Ticket is domain.ErrTicketNotFound for an id that no ticket has.
	Ticket(ctx context.Context, id domain.TicketID) (domain.Ticket, error)
}

// TicketFilter narrows a list of tickets: all set fields must match. The zero value matches every ticket.
type TicketFilter struct {
	Category  domain.Category
	Priority  domain.Priority
	Status    domain.Status
	AIStatus  domain.AIStatus
	CreatedBy *domain.UserID
	// NeedsReview is nil where it does not matter.
	NeedsReview *bool
	// Search is nil where the text does not matter.
	Search *search.Query
}

// TicketLister lists tickets, newest first by created_at, then id.
type TicketLister interface {
	// ListTickets returns at most p.Limit tickets. A page by position costs the same however deep it lies.
	ListTickets(ctx context.Context, f TicketFilter, p Page) (Slice[domain.Ticket], error)
	// CountTickets counts the tickets that match, up to limit: with more it returns limit and false.
	CountTickets(ctx context.Context, f TicketFilter, limit int) (n int, exact bool, err error)
}

// TicketSaver stores changed tickets.
type TicketSaver interface {
	// SaveTicket writes t if nobody changed the row since t was read; otherwise it is domain.ErrTicketChanged and nothing is written.
	// A missing ticket is domain.ErrTicketNotFound. The entries that t gained are appended to the record in the same transaction.
	// A row whose round ended or began loses its claim, its due time and its count of attempts; otherwise they stay untouched.
	SaveTicket(ctx context.Context, t domain.Ticket) error
}

// RecordReader reads the record of a ticket's classifications.
type RecordReader interface {
	// ListClassifications returns the entries newest first (by time, then id). A ticket that does not exist is domain.ErrTicketNotFound.
	ListClassifications(ctx context.Context, id domain.TicketID, p Page) (Slice[domain.Classification], error)
}

// TicketStore is all that a store does with tickets, for implementers. A use case asks for the part it needs.
type TicketStore interface {
	TicketAdder
	TicketReader
	TicketLister
	TicketSaver
	TicketClaimer
	LostTaker
	IdempotentTicketAdder
	RecordReader
	StatsReader
	TicketImporter
	TicketIndexer
	LabelledTickets
	BacklogReader
	FallbackHealer
}
