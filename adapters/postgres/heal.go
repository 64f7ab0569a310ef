package postgres

import (
	"context"
	"time"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// healableSQL walks the index of ai_status from the newest fallback on. The newest entry of a fallback is
	// the one that ended its round.
	healableSQL = `
    SELECT t.id FROM tickets AS t CROSS JOIN LATERAL (
        SELECT error_code, created_at FROM classifications
        WHERE ticket_id = t.id ORDER BY created_at DESC, id DESC LIMIT 1
    ) AS last CROSS JOIN LATERAL (
        SELECT count(*) - 1 AS rounds FROM classifications AS ended
        WHERE ended.ticket_id = t.id AND ` + sqlstore.EndedAsFallback + `
    ) AS healed
    WHERE t.ai_status = 'fallback' AND t.created_at > now() - $1::bigint * interval '1 microsecond'
        AND last.error_code = ANY ($2) AND last.created_at < $3
        AND healed.rounds < $4
        AND last.created_at <= now() - healed.rounds * $5::bigint * interval '1 microsecond'
    ORDER BY t.created_at DESC, t.id DESC LIMIT $6`

	anyHealableSQL = `SELECT EXISTS (` + healableSQL + `)`

	claimHealableSQL = `
WITH picked AS MATERIALIZED (` + healableSQL + ` FOR NO KEY UPDATE OF t SKIP LOCKED), claimed AS (
    UPDATE tickets SET ai_status = 'pending', round = round + 1, ` + changedNow + `, announced_at = now(),
        claimed_until = now() + $7::bigint * interval '1 microsecond', claimed_by = nullif($8::bigint, 0),
            attempts = 1
    WHERE id = ANY (ARRAY(SELECT id FROM picked)) AND ai_status = 'fallback'
    RETURNING ` + claimColumns + `
)
SELECT * FROM claimed ORDER BY created_at DESC, id DESC`
)

func healable(limit int, before time.Time) []any {
	return []any{
		ports.HealWithin.Microseconds(), pq.Array(domain.ProviderFaults()), timestamp(before),
		ports.HealRounds, ports.HealPause.Microseconds(), limit,
	}
}

// AnyHealable implements ports.FallbackHealer.
func (s *Store) AnyHealable(ctx context.Context, before time.Time) (bool, error) {
	found, _, err := one[bool](ctx, s, anyHealableSQL, healable(1, before)...)
	return found, failed(ctx, err, "look for fallbacks to heal")
}

// ClaimHealable implements ports.FallbackHealer.
func (s *Store) ClaimHealable(
	ctx context.Context, limit int, lease ports.Lease, before time.Time,
) ([]ports.Claim, error) {
	args := append(healable(limit, before), lease.Time.Microseconds(), int64(lease.By))
	list, err := rows[sqlstore.ClaimRow](ctx, s, claimHealableSQL, args...)
	if err != nil {
		return nil, failed(ctx, err, "claim fallbacks to heal")
	}
	return sqlstore.Claims(list, lease)
}
