package sqlite

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// dueAt is when a pending row is due: at the end of its lease or at its due time; NULL if it has neither. The
// index tickets_work is over this very expression.
const dueAt = `coalesce(claimed_until, next_attempt_at)`

// claimColumns adds how long the provider has been putting the ticket off, to the millisecond.
const claimColumns = sqlstore.ClaimColumns + `,
    coalesce(max(CAST(unixepoch('subsec') * 1000000 AS INTEGER) - throttled_since, 0), 0) AS throttled`

const claimSQL = `
UPDATE tickets SET claimed_until = ?3, claimed_by = nullif(?4, 0), next_attempt_at = NULL,
    attempts = attempts + 1
WHERE id = ?1 AND ai_status = 'pending' AND (` + dueAt + ` IS NULL OR ` + dueAt + ` <= ?2)
RETURNING ` + claimColumns

// ClaimTicket implements ports.TicketClaimer.
func (s *Store) ClaimTicket(
	ctx context.Context, id domain.TicketID, lease ports.Lease,
) (ports.Claim, error) {
	n := now()
	row, found, err := sqlstore.One[sqlstore.ClaimRow](
		ctx, s.write, claimSQL, int64(id), n.UnixMicro(), n.Add(lease.Time).UnixMicro(), int64(lease.By))
	if err == nil && !found {
		err = s.whyNotClaimed(ctx, id)
	}
	if err != nil {
		return ports.Claim{}, failed(ctx, err, "claim ticket %d", id)
	}
	return row.Claim(lease)
}

func (s *Store) whyNotClaimed(ctx context.Context, id domain.TicketID) error {
	_, there, err := sqlstore.One[int](ctx, s.read, ticketExistsSQL, int64(id))
	switch {
	case err != nil:
		return err
	case there:
		return domain.ErrNotClaimable
	default:
		return domain.ErrTicketNotFound
	}
}

const releaseSQL = `
UPDATE tickets SET claimed_until = NULL, claimed_by = NULL, next_attempt_at = ?4,
    attempts = max(attempts - ?5, 0),
    last_error = coalesce(?6, last_error),
    throttled_since = CASE WHEN ?7 THEN coalesce(throttled_since, ?8) ELSE throttled_since END
WHERE id = ?1 AND ai_status = 'pending' AND round = ?2 AND claimed_until = ?3`

// ReleaseClaim implements ports.TicketClaimer. It always sets the due time; without a wait the ticket is due
// at once.
func (s *Store) ReleaseClaim(ctx context.Context, c ports.Claim, r ports.Release) error {
	id := int64(c.Ticket.ID())
	var failure *string
	var entries []domain.Classification
	if r.Failed != nil {
		failure, entries = &r.Failed.ErrorCode, []domain.Classification{*r.Failed}
	}
	uncounted := 0
	if r.Uncounted {
		uncounted = 1
	}
	err := s.change(ctx, func(tx *sqlx.Tx) error {
		released, err := sqlstore.Changed(tx.ExecContext(
			ctx, releaseSQL, id, int64(c.Ticket.Round()), c.Until.UnixMicro(),
			now().Add(max(r.Wait, 0)).UnixMicro(), uncounted, failure, r.Throttled, now().UnixMicro()))
		if err == nil && released == 0 {
			entries, err = notOnRecord(ctx, tx, id, entries)
		}
		if err != nil {
			return err
		}
		return addEntries(ctx, tx, id, entries)
	})
	if isForeignKey(err) {
		err = domain.ErrTicketNotFound.With(err)
	}
	return failed(ctx, err, "release ticket %d", id)
}
