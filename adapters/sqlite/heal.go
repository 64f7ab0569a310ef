package sqlite

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// healableSQL walks the index of ai_status from the newest fallback on. The newest entry of a fallback is
	// the one that ended its round.
	healableSQL = `
SELECT t.id FROM tickets AS t JOIN classifications AS last ON last.id = (
    SELECT id FROM classifications WHERE ticket_id = t.id ORDER BY created_at DESC, id DESC LIMIT 1
)
WHERE t.ai_status = 'fallback' AND t.created_at > ?1
    AND last.error_code IN (SELECT value FROM json_each(?2)) AND last.created_at < ?3
    AND ` + healRounds + ` < ?4 AND last.created_at <= ?6 - ` + healRounds + ` * ?7
ORDER BY t.created_at DESC, t.id DESC LIMIT ?5`

	healRounds = `(
    SELECT count(*) - 1 FROM classifications AS ended
    WHERE ended.ticket_id = t.id AND ` + sqlstore.EndedAsFallback + `
)`

	anyHealableSQL = `SELECT EXISTS (` + healableSQL + `)`

	healSQL = `
UPDATE tickets SET ai_status = 'pending', round = round + 1, ` + changedAt + `,
    announced_at = ?2, claimed_until = ?3, claimed_by = nullif(?4, 0), attempts = 1
WHERE id = ?1
RETURNING ` + claimColumns
)

func healable(limit int, before time.Time) ([]any, error) {
	faults, err := json.Marshal(domain.ProviderFaults())
	n := now()
	return []any{
		n.Add(-ports.HealWithin).UnixMicro(), string(faults), before.UnixMicro(), ports.HealRounds, limit,
		n.UnixMicro(), ports.HealPause.Microseconds(),
	}, err
}

// AnyHealable implements ports.FallbackHealer.
func (s *Store) AnyHealable(ctx context.Context, before time.Time) (bool, error) {
	args, err := healable(1, before)
	if err != nil {
		return false, failed(ctx, err, "look for fallbacks to heal")
	}
	found, _, err := sqlstore.One[bool](ctx, s.read, anyHealableSQL, args...)
	return found, failed(ctx, err, "look for fallbacks to heal")
}

// ClaimHealable implements ports.FallbackHealer.
func (s *Store) ClaimHealable(
	ctx context.Context, limit int, lease ports.Lease, before time.Time,
) ([]ports.Claim, error) {
	args, err := healable(limit, before)
	if err != nil {
		return nil, failed(ctx, err, "claim fallbacks to heal")
	}
	var claimed []sqlstore.ClaimRow
	err = s.change(ctx, func(tx *sqlx.Tx) error {
		var ids []int64
		if err := tx.SelectContext(ctx, &ids, healableSQL, args...); err != nil {
			return err
		}
		n := now()
		claimed = make([]sqlstore.ClaimRow, len(ids))
		for i, id := range ids {
			err := tx.GetContext(ctx, &claimed[i], healSQL, id, n.UnixMicro(),
				n.Add(lease.Time).UnixMicro(), int64(lease.By))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, failed(ctx, err, "claim fallbacks to heal")
	}
	return sqlstore.Claims(claimed, lease)
}
