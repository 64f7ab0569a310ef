package sqlstore

import (
	"errors"
	"fmt"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// TicketColumns are the columns of a TicketRow.
const TicketColumns = `id, title, description, status, ai_status, category, priority, ai_confidence, ` +
	`classified_by, created_by, created_at, round, version, review, needs_review, audit, confidence_unknown`

// TicketRow is a row of tickets, without what concerns claims.
type TicketRow struct {
	ID           int64    `db:"id"`
	Title        string   `db:"title"`
	Description  string   `db:"description"`
	Status       string   `db:"status"`
	AIStatus     string   `db:"ai_status"`
	Category     *string  `db:"category"`
	Priority     *string  `db:"priority"`
	AIConfidence *float64 `db:"ai_confidence"`
	ClassifiedBy *string  `db:"classified_by"`
	CreatedBy    *int64   `db:"created_by"`
	CreatedAt    Moment   `db:"created_at"`
	Round        int64    `db:"round"`
	Version      int64    `db:"version"`
	Review       *string  `db:"review"`
	NeedsReview  bool     `db:"needs_review"`
	Audit        bool     `db:"audit"`
	Unknown      bool     `db:"confidence_unknown"`
}

// storedConfidence returns a confidence as it is stored: 0 with the mark confidence_unknown if a machine's
// verdict lacks one. Earlier programs keep the mark when they write another verdict, so it counts beside a
// machine's 0 only.
func storedConfidence(figure *float64, by domain.Source, failed bool) (stored *float64, unknown bool) {
	if figure == nil && !failed && ofMachine(by) {
		return new(0.0), true
	}
	return figure, false
}

// knownConfidence is the inverse of storedConfidence.
func knownConfidence(stored *float64, unknown bool, by domain.Source) *float64 {
	if unknown && stored != nil && *stored == 0 && ofMachine(by) {
		return nil
	}
	return stored
}

func ofMachine(by domain.Source) bool { return by == domain.SourceModel || by == domain.SourceLocal }

// Confidence returns t's confidence as a row of tickets stores it.
func Confidence(t domain.Ticket) (stored *float64, unknown bool) {
	return storedConfidence(t.AIConfidence(), t.ClassifiedBy(), false)
}

// Ticket returns the row as a ticket.
func (r TicketRow) Ticket() (domain.Ticket, error) {
	status, err1 := domain.ParseStatus(r.Status)
	ai, err2 := domain.ParseAIStatus(r.AIStatus)
	category, err3 := stored(r.Category, domain.ParseCategory)
	priority, err4 := stored(r.Priority, domain.ParsePriority)
	by, err5 := stored(r.ClassifiedBy, domain.ParseSource)
	review, err6 := stored(r.Review, domain.ParseReview)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		return domain.Ticket{}, damaged("ticket", r.ID, err)
	}
	return domain.RestoreTicket(domain.TicketSnapshot{
		ID: domain.TicketID(r.ID), Title: r.Title, Description: r.Description, Status: status, AIStatus: ai,
		Category: category, Priority: priority, ClassifiedBy: by,
		AIConfidence: knownConfidence(r.AIConfidence, r.Unknown, by),
		CreatedBy:    (*domain.UserID)(r.CreatedBy), CreatedAt: r.CreatedAt.Time,
		Round: domain.Round(r.Round), Version: r.Version,
		Review: review, NeedsReview: r.NeedsReview, Audit: r.Audit,
	})
}

// damaged hides the kind of err: a stored label that nobody knows is our fault, not the caller's.
func damaged(what string, id int64, err error) error {
	return fmt.Errorf("stored %s %d: %s", what, id, err.Error())
}

// Tickets maps rows.
func Tickets(rows []TicketRow) ([]domain.Ticket, error) {
	return each(rows, TicketRow.Ticket)
}

// ClaimColumns are the columns of a ClaimRow but for throttled, which each engine computes in its own way.
const ClaimColumns = TicketColumns + `, claimed_until, attempts, last_error`

// ClaimRow is a row of tickets that was just claimed.
type ClaimRow struct {
	TicketRow
	ClaimedUntil Moment  `db:"claimed_until"`
	Attempts     int     `db:"attempts"`
	LastError    *string `db:"last_error"`
	// Throttled is how long the ticket has been throttled, in microseconds by the engine's clock, 0 if it has
	// not.
	Throttled int64 `db:"throttled"`
}

// Claim returns the row as a claim.
func (r ClaimRow) Claim() (ports.Claim, error) {
	t, err := r.Ticket()
	c := ports.Claim{
		Ticket: t, Until: r.ClaimedUntil.Time, Attempt: r.Attempts,
		ThrottledFor: time.Duration(r.Throttled) * time.Microsecond,
	}
	if r.LastError != nil {
		c.LastError = *r.LastError
	}
	return c, err
}

// Claims maps rows.
func Claims(rows []ClaimRow) ([]ports.Claim, error) {
	return each(rows, ClaimRow.Claim)
}

func each[R, T any](rows []R, convert func(R) (T, error)) ([]T, error) {
	list := make([]T, len(rows))
	for i, r := range rows {
		t, err := convert(r)
		if err != nil {
			return nil, err
		}
		list[i] = t
	}
	return list, nil
}
