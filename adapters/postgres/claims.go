package postgres

import (
	"context"
	"encoding/json"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

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

var (
	claimSQL = claimingSQL(``)

	// claimFreeSQL skips tickets that another transaction is changing.
	claimFreeSQL = claimingSQL(`SKIP LOCKED`)
)

// claimingSQL claims the tickets that are due. It locks each by its id first, so that batches never wait for
// each other's rows.
func claimingSQL(locked string) string {
	return `
UPDATE tickets SET claimed_until = now() + lease * interval '1 microsecond', claimed_by = nullif(claimer, 0),
    next_attempt_at = NULL, attempts = attempts + 1
FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[]), (SELECT $3::bigint[]))
    AS sent(ticket_id, lease, claimer)
JOIN LATERAL (
    SELECT id AS due_id FROM tickets
    WHERE id = ticket_id AND ai_status = 'pending' AND (` + dueAt + ` IS NULL OR ` + dueAt + ` <= now())
    FOR NO KEY UPDATE ` + locked + `
) AS due ON due_id = ticket_id
WHERE id = due_id
RETURNING ` + claimColumns
}

// claimCall is a ticket to claim.
type claimCall struct {
	id    domain.TicketID
	lease ports.Lease
}

// ClaimTicket implements ports.TicketClaimer.
func (s *Store) ClaimTicket(
	ctx context.Context, id domain.TicketID, lease ports.Lease,
) (ports.Claim, error) {
	call := claimCall{id, lease}
	single := func() (sqlstore.ClaimRow, error) { return s.claim(ctx, call) }
	row, err := batched(ctx, s.batches.claims, call, single)
	if err != nil {
		return ports.Claim{}, failed(ctx, err, "claim ticket %d", id)
	}
	return row.Claim(lease)
}

func (s *Store) claim(ctx context.Context, call claimCall) (sqlstore.ClaimRow, error) {
	claimed, err := s.claimAll(ctx, claimSQL, []claimCall{call})
	if err != nil {
		return sqlstore.ClaimRow{}, err
	}
	if claimed[0] == nil {
		if err = s.exists(ctx, call.id); err == nil {
			err = domain.ErrNotClaimable
		}
		return sqlstore.ClaimRow{}, err
	}
	return *claimed[0], nil
}

func (s *Store) claimBatch(ctx context.Context, calls []claimCall) ([]*sqlstore.ClaimRow, error) {
	return s.claimAll(ctx, claimFreeSQL, calls)
}

// claimAll returns nil for a ticket that it did not claim.
func (s *Store) claimAll(ctx context.Context, query string, calls []claimCall) ([]*sqlstore.ClaimRow, error) {
	ids, leases := make(pq.Int64Array, len(calls)), make(pq.Int64Array, len(calls))
	claimers := make(pq.Int64Array, len(calls))
	for i, c := range calls {
		ids[i], leases[i], claimers[i] = int64(c.id), c.lease.Time.Microseconds(), int64(c.lease.By)
	}
	claimed, err := rows[sqlstore.ClaimRow](ctx, s, query, ids, leases, claimers)
	return byID(
		calls, func(c claimCall) int64 { return int64(c.id) },
		claimed, func(r *sqlstore.ClaimRow) int64 { return r.ID },
	), err
}

const failedSQL = `failed AS (
    SELECT 0 AS n, $1::bigint AS id, record FROM json_to_record($2::json) AS sent(record classifications[])
)`

// releaseSQL always sets the due time; without a wait the ticket is due at once. Of two that run at once with
// one claim, the second waits for the row and then finds the claim gone.
var releaseSQL = `
WITH ` + failedSQL + `, released AS (
    UPDATE tickets SET claimed_until = NULL, claimed_by = NULL,
        next_attempt_at = now() + $5::bigint * interval '1 microsecond',
        attempts = greatest(attempts - $6::integer, 0), last_error = coalesce($7, last_error),
        throttled_since = CASE WHEN $8 THEN coalesce(throttled_since, now()) ELSE throttled_since END
    WHERE id = $1 AND ai_status = 'pending' AND round = $3 AND claimed_until = $4
    RETURNING id
), noted AS (` + noteSQL(`failed JOIN released USING (id)`) + `)
SELECT id FROM released`

const lockTicketSQL = `SELECT 1 FROM tickets WHERE id = $1 FOR NO KEY UPDATE`

// noteOnceSQL records a failure that is not on record yet.
var noteOnceSQL = `
WITH ` + failedSQL + noteSQL(`failed WHERE NOT EXISTS (
        SELECT 1 FROM classifications
        WHERE ticket_id = $1 AND created_at = $3 AND round = $4 AND attempt = $5)`)

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
	id := int64(c.Ticket.ID())
	_, released, err := one[int64](ctx, s, releaseSQL, id, string(record), int64(c.Ticket.Round()), c.Until,
		max(r.Wait, 0).Microseconds(), uncounted, code, r.Throttled)
	if err != nil || released || r.Failed == nil {
		return err
	}
	return s.noteOnce(ctx, id, string(record), *r.Failed)
}

// noteOnce locks the ticket first: the statement after that sees what others have recorded until then.
func (s *Store) noteOnce(ctx context.Context, id int64, record string, e domain.Classification) error {
	_, err := within(ctx, func() (struct{}, error) {
		return struct{}{}, s.change(ctx, func(tx *sqlx.Tx) error {
			found, err := sqlstore.Changed(tx.ExecContext(ctx, lockTicketSQL, id))
			if err == nil && found == 0 {
				err = domain.ErrTicketNotFound
			}
			if err == nil {
				_, err = tx.ExecContext(
					ctx, noteOnceSQL, id, record, domain.Timestamp(e.At), int64(e.Round), e.Attempt)
			}
			return err
		})
	})
	return err
}
