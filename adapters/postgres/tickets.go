package postgres

import (
	"context"
	"time"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

const (
	newTicketColumns = `title, description, status, ai_status, category, priority, ai_confidence, classified_by, created_by,
    created_at, round, version, review, needs_review, audit, confidence_unknown, claimed_until, attempts`
	newTicketValues = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $18,
    CASE WHEN $16::bigint > 0 THEN now() + $16::bigint * interval '1 microsecond' END, CASE WHEN $16::bigint > 0 THEN 1 ELSE 0 END`

	insertTicketSQL = `
INSERT INTO tickets (` + newTicketColumns + `)
VALUES (` + newTicketValues + `)
RETURNING id`

	addTicketSQL = `
WITH ticket AS (` + insertTicketSQL + `), said AS (` + leaveWordsSQL + `)
SELECT id FROM ticket`

	// A ticket that was classified before it is stored brings its record along.
	addWithRecordSQL = `
WITH ticket AS (` + insertTicketSQL + `), said AS (` + leaveWordsSQL + `), noted AS (` + noteSQL + `$19` + noteFromSQL + `)
SELECT id FROM ticket`
)

// AddTicket implements ports.TicketAdder.
func (s *Store) AddTicket(ctx context.Context, t domain.Ticket, lease time.Duration) (domain.Ticket, error) {
	id, err := s.addShared(ctx, t, lease)
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "add a ticket")
	}
	return t.Stored(domain.TicketID(id)), nil
}

func (s *Store) add(ctx context.Context, t domain.Ticket, lease time.Duration) (id int64, err error) {
	query, args := addTicketSQL, newTicket(t, lease)
	if len(t.NewEntries()) > 0 {
		entries, err := entriesJSON(t.NewEntries()...)
		if err != nil {
			return 0, err
		}
		query, args = addWithRecordSQL, append(args, entries)
	}
	id, _, err = one[int64](ctx, s, query, args...)
	return id, err
}

func newTicket(t domain.Ticket, lease time.Duration) []any {
	if t.AIStatus() != domain.AIStatusPending {
		lease = 0
	}
	confidence, unknown := sqlstore.Confidence(t)
	return []any{
		t.Text().Title(), t.Text().Description(), t.Status().String(), t.AIStatus().String(),
		sqlstore.Label(t.Category()), sqlstore.Label(t.Priority()), confidence, sqlstore.Label(t.ClassifiedBy()),
		(*int64)(t.Creator()), t.CreatedAt(), int64(t.Round()), t.Version(),
		sqlstore.Label(t.Review()), t.NeedsReview(), t.Snapshot().Audit, lease.Microseconds(), words(t.Text().Title(), t.Text().Description()), unknown,
	}
}

const ticketSQL = `SELECT ` + sqlstore.TicketColumns + ` FROM tickets WHERE id = $1`

// Ticket implements ports.TicketReader.
func (s *Store) Ticket(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
	row, err := s.ticket(ctx, id)
	if err == nil && row == nil {
		err = domain.ErrTicketNotFound
	}
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "read ticket %d", id)
	}
	return row.Ticket()
}

// ticket is nil if there is none.
func (s *Store) ticket(ctx context.Context, id domain.TicketID) (*sqlstore.TicketRow, error) {
	if s.batches.tickets != nil {
		return s.batches.tickets.Do(ctx, id)
	}
	found, err := s.ticketsTogether(ctx, []domain.TicketID{id})
	return found[0], err
}

const ticketExistsSQL = `SELECT 1 FROM tickets WHERE id = $1`
