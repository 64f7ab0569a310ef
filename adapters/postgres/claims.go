package postgres

import (
	"context"
	"encoding/json"
	"time"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// dueAt is when a pending row is due: at the end of its lease or at its due time; NULL if it has neither. The
// index tickets_work is over this very expression.
const dueAt = `coalesce(claimed_until, next_attempt_at)`

// claimColumns adds how long the provider has been putting the ticket off.
const claimColumns = sqlstore.ClaimColumns + `,
    coalesce((extract(epoch FROM now() - throttled_since) * 1000000)::bigint, 0) AS throttled`

const claimSQL = `
UPDATE tickets SET claimed_until = now() + $2::bigint * interval '1 microsecond', next_attempt_at = NULL,
    attempts = attempts + 1
WHERE id = $1 AND ai_status = 'pending' AND (` + dueAt + ` IS NULL OR ` + dueAt + ` <= now())
RETURNING ` + claimColumns

// ClaimTicket implements ports.TicketClaimer.
func (s *Store) ClaimTicket(
	ctx context.Context, id domain.TicketID, lease time.Duration,
) (ports.Claim, error) {
	row, found, err := one[sqlstore.ClaimRow](ctx, s, claimSQL, int64(id), lease.Microseconds())
	if err == nil && !found {
		if err = s.exists(ctx, id); err == nil {
			err = domain.ErrNotClaimable
		}
	}
	if err != nil {
		return ports.Claim{}, failed(ctx, err, "claim ticket %d", id)
	}
	return row.Claim()
}

// releaseSQL always sets the due time; without a wait the ticket is due at once. It records the failure
// whoever holds the claim.
var releaseSQL = `
WITH failed AS (
    SELECT 0 AS n, $1::bigint AS id, record FROM json_to_record($2::json) AS sent(record classifications[])
), noted AS (` + noteSQL(`failed`) + `)
UPDATE tickets SET claimed_until = NULL, next_attempt_at = now() + $5::bigint * interval '1 microsecond',
    attempts = greatest(attempts - $6::integer, 0), last_error = coalesce($7, last_error),
    throttled_since = CASE WHEN $8 THEN coalesce(throttled_since, now()) ELSE throttled_since END
WHERE id = $1 AND ai_status = 'pending' AND round = $3 AND claimed_until = $4`

// ReleaseClaim implements ports.TicketClaimer.
func (s *Store) ReleaseClaim(ctx context.Context, c ports.Claim, r ports.Release) error {
	return failed(ctx, s.release(ctx, c, r), "release ticket %d", c.Ticket.ID())
}

func (s *Store) release(ctx context.Context, c ports.Claim, r ports.Release) error {
	var failures []domain.Classification
	var code *string
	if r.Failed != nil {
		failures, code = append(failures, *r.Failed), &r.Failed.ErrorCode
	}
	record, err := json.Marshal(map[string]any{"record": sqlstore.NewEntryRows(failures)})
	if err != nil {
		return err
	}
	uncounted := 0
	if r.Uncounted {
		uncounted = 1
	}
	_, err = exec(ctx, s, releaseSQL, int64(c.Ticket.ID()), string(record), int64(c.Ticket.Round()), c.Until,
		max(r.Wait, 0).Microseconds(), uncounted, code, r.Throttled)
	return err
}
