package sqlstore

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// The columns of a TicketRow, each named once. An INSERT fills NewTicketColumns. An UPDATE sets
// SavedTicketColumns, those that a verb of the domain may change, and compares and raises version.
const (
	TicketColumns      = `id, ` + NewTicketColumns
	NewTicketColumns   = `title, description, created_by, created_at, version, ` + SavedTicketColumns
	SavedTicketColumns = `status, ai_status, category, priority, ai_confidence, classified_by, round, ` +
		`review, needs_review, audit, confidence_unknown, updated_at, closed_at`
)

// TicketRow is a row of tickets, without what concerns claims. As JSON it has the names of the columns; what
// is empty is left out.
type TicketRow struct {
	ID           int64    `db:"id" json:"id"`
	Title        string   `db:"title" json:"title,omitempty"`
	Description  string   `db:"description" json:"description,omitempty"`
	Status       string   `db:"status" json:"status"`
	AIStatus     string   `db:"ai_status" json:"ai_status"`
	Category     *string  `db:"category" json:"category,omitempty"`
	Priority     *string  `db:"priority" json:"priority,omitempty"`
	AIConfidence *float64 `db:"ai_confidence" json:"ai_confidence,omitempty"`
	ClassifiedBy *string  `db:"classified_by" json:"classified_by,omitempty"`
	CreatedBy    *int64   `db:"created_by" json:"created_by,omitempty"`
	CreatedAt    Moment   `db:"created_at" json:"created_at,omitzero"`
	Round        int64    `db:"round" json:"round"`
	Version      int64    `db:"version" json:"version"`
	Review       *string  `db:"review" json:"review,omitempty"`
	NeedsReview  bool     `db:"needs_review" json:"needs_review"`
	Audit        bool     `db:"audit" json:"audit"`
	Unknown      bool     `db:"confidence_unknown" json:"confidence_unknown"`
	UpdatedAt    *Moment  `db:"updated_at" json:"updated_at"` // nil if an earlier program wrote the row
	ClosedAt     *Moment  `db:"closed_at" json:"closed_at"`
}

// NewTicketRow returns t as a row to insert.
func NewTicketRow(t domain.Ticket) TicketRow {
	s := t.Snapshot()
	confidence, unknown := storedConfidence(s.AIConfidence, s.ClassifiedBy, false)
	return TicketRow{
		ID: int64(s.ID), Title: s.Title, Description: s.Description,
		Status: s.Status.String(), AIStatus: s.AIStatus.String(),
		Category: Label(s.Category), Priority: Label(s.Priority),
		AIConfidence: confidence, Unknown: unknown, ClassifiedBy: Label(s.ClassifiedBy),
		CreatedBy: (*int64)(s.CreatedBy), CreatedAt: Moment{s.CreatedAt},
		Round: int64(s.Round), Version: s.Version,
		Review: Label(s.Review), NeedsReview: s.NeedsReview, Audit: s.Audit,
		UpdatedAt: &Moment{s.UpdatedAt}, ClosedAt: moment(s.ClosedAt),
	}
}

// SavedTicketRow returns t as a row to update, without the texts and the rest that no UPDATE sets.
func SavedTicketRow(t domain.Ticket) TicketRow {
	r := NewTicketRow(t)
	r.Title, r.Description, r.CreatedBy, r.CreatedAt = "", "", nil, Moment{}
	return r
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
		UpdatedAt: *cmp.Or(r.UpdatedAt.time(), &r.CreatedAt.Time), ClosedAt: r.ClosedAt.time(),
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
func (r ClaimRow) Claim(lease ports.Lease) (ports.Claim, error) {
	t, err := r.Ticket()
	c := ports.Claim{
		Ticket: t, Until: r.ClaimedUntil.Time, Lease: lease, Attempt: r.Attempts,
		ThrottledFor: time.Duration(r.Throttled) * time.Microsecond,
	}
	if r.LastError != nil {
		c.LastError = *r.LastError
	}
	return c, err
}

// Claims maps rows.
func Claims(rows []ClaimRow, lease ports.Lease) ([]ports.Claim, error) {
	return each(rows, func(r ClaimRow) (ports.Claim, error) { return r.Claim(lease) })
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
