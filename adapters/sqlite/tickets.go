package sqlite

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

const addTicketSQL = `
INSERT INTO tickets (title, description, status, ai_status, category, priority, ai_confidence, classified_by, created_by,
    created_at, round, version, announced_at, claimed_until, attempts, review, needs_review, audit, confidence_unknown)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
RETURNING id`

// AddTicket implements ports.TicketAdder.
func (s *Store) AddTicket(ctx context.Context, t domain.Ticket, lease time.Duration) (domain.Ticket, error) {
	id, err := s.insertTicket(ctx, t, lease)
	if isForeignKey(err) {
		err = domain.ErrCreatorGone.With(err)
	}
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "add a ticket")
	}
	return t.Stored(domain.TicketID(id)), nil
}

func (s *Store) insertTicket(ctx context.Context, t domain.Ticket, lease time.Duration) (int64, error) {
	var id int64
	err := s.change(ctx, func(tx *sqlx.Tx) (err error) {
		if id, err = insertTicket(ctx, tx, t, lease); err != nil {
			return err
		}
		return addEntries(ctx, tx, id, t.NewEntries())
	})
	return id, err
}

func insertTicket(ctx context.Context, tx *sqlx.Tx, t domain.Ticket, lease time.Duration) (id int64, err error) {
	if err := tx.GetContext(ctx, &id, addTicketSQL, newTicket(t, lease)...); err != nil {
		return 0, err
	}
	return id, addWords(ctx, tx, id, t.Text().Title(), t.Text().Description())
}

func newTicket(t domain.Ticket, lease time.Duration) []any {
	n := now()
	var claimedUntil *int64
	attempts := 0
	if lease > 0 && t.AIStatus() == domain.AIStatusPending {
		until := n.Add(lease).UnixMicro()
		claimedUntil, attempts = &until, 1
	}
	confidence, unknown := sqlstore.Confidence(t)
	return []any{
		t.Text().Title(), t.Text().Description(), t.Status().String(), t.AIStatus().String(),
		sqlstore.Label(t.Category()), sqlstore.Label(t.Priority()), confidence, sqlstore.Label(t.ClassifiedBy()),
		(*int64)(t.Creator()), t.CreatedAt().UnixMicro(), int64(t.Round()), t.Version(), n.UnixMicro(), claimedUntil, attempts,
		sqlstore.Label(t.Review()), t.NeedsReview(), t.Snapshot().Audit, unknown,
	}
}

const ticketSQL = `SELECT ` + sqlstore.TicketColumns + ` FROM tickets WHERE id = ?1`

// Ticket implements ports.TicketReader.
func (s *Store) Ticket(ctx context.Context, id domain.TicketID) (domain.Ticket, error) {
	row, found, err := sqlstore.One[sqlstore.TicketRow](ctx, s.read, ticketSQL, int64(id))
	if err == nil && !found {
		err = domain.ErrTicketNotFound
	}
	if err != nil {
		return domain.Ticket{}, failed(ctx, err, "read ticket %d", id)
	}
	return row.Ticket()
}

const ticketExistsSQL = `SELECT 1 FROM tickets WHERE id = ?1`
