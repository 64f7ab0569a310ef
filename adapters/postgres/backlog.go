package postgres

import (
	"context"
	"time"

	"ticketd/ports"
)

// backlogSQL takes the oldest first, so that those beyond the limit are younger.
const backlogSQL = `
SELECT count(*) AS pending, coalesce(extract(epoch FROM now() - min(since)) * 1000000, 0)::bigint AS oldest
FROM (
    SELECT CASE WHEN round = 1 THEN created_at ELSE announced_at END AS since FROM tickets
    WHERE ai_status = 'pending' ORDER BY created_at, id LIMIT $1
) AS waiting`

// Backlog implements ports.BacklogReader.
func (s *Store) Backlog(ctx context.Context) (ports.Backlog, error) {
	row, _, err := one[struct {
		Pending int
		Oldest  int64 // in microseconds
	}](ctx, s, backlogSQL, ports.BacklogLimit)
	if err != nil {
		return ports.Backlog{}, failed(ctx, err, "count what waits")
	}
	return ports.Backlog{Pending: row.Pending, Oldest: max(0, time.Duration(row.Oldest)*time.Microsecond)}, nil
}
