package ports

import (
	"context"

	"ticketd/domain"
	"ticketd/ports/search"
)

// TicketAdder stores new tickets.
type TicketAdder interface {
	// AddTicket stores t and returns it with its id. With a lease the ticket is claimed from the start,
	// so that nobody else classifies it meanwhile. If the creator is gone, it returns domain.ErrCreatorGone and
	// stores nothing.
	AddTicket(ctx context.Context, t domain.Ticket, lease Lease) (domain.Ticket, error)
}

// TicketReader reads single tickets.
type TicketReader interface {
	// Ticket returns the ticket with the given id, or domain.ErrTicketNotFound.
	Ticket(ctx context.Context, id domain.TicketID) (domain.Ticket, error)
}

// TicketFilter narrows a list of tickets: every field that is set must match. The zero value matches every
// ticket.
type TicketFilter struct {
	Category  domain.Category
	Priority  domain.Priority
	Status    domain.Status
	AIStatus  domain.AIStatus
	CreatedBy *domain.UserID
	// NeedsReview is nil if both match.
	NeedsReview *bool
	// Search is nil if any text matches.
	Search *search.Query
}

// TicketLister lists tickets, newest first by created_at, then id.
type TicketLister interface {
	// ListTickets returns at most p.Limit tickets. A page by position costs the same at any depth.
	ListTickets(ctx context.Context, f TicketFilter, p Page) (Slice[domain.Ticket], error)
	// CountTickets counts the matching tickets up to limit; if there are more, it returns limit and false.
	CountTickets(ctx context.Context, f TicketFilter, limit int) (n int, exact bool, err error)
}

// TicketSaver stores changed tickets.
type TicketSaver interface {
	// SaveTicket writes t and appends its new entries to the record in one transaction. If the row has changed
	// since t was read, it returns domain.ErrTicketChanged and writes nothing; if there is no row,
	// domain.ErrTicketNotFound. When a round ended or began, the row loses its claim, its due time and its count
	// of attempts; otherwise they stay untouched.
	SaveTicket(ctx context.Context, t domain.Ticket) error
}

// RecordReader reads the record of a ticket's classifications.
type RecordReader interface {
	// ListClassifications returns the entries newest first (by time, then id). If there is no such ticket, it
	// returns domain.ErrTicketNotFound.
	ListClassifications(ctx context.Context, id domain.TicketID, p Page) (Slice[domain.Classification], error)
}

// TicketStore combines all the ports of tickets, for implementers. A use case asks for the part it needs.
type TicketStore interface {
	TicketAdder
	TicketReader
	TicketLister
	TicketSaver
	TicketDeleter
	TicketPurger
	TicketClaimer
	LostTaker
	IdempotentTicketAdder
	RecordReader
	StatsReader
	TicketImporter
	Archiver
	TicketIndexer
	LabelledTickets
	BacklogReader
	FallbackHealer
	ClaimerStore
}
