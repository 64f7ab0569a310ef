package sqlite

import (
	"context"
	"time"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/ports"
)

// The oldest come first, so that those beyond the limit are younger.
const backlogSQL = `
SELECT count(*) AS pending, coalesce(?2 - min(since), 0) AS oldest FROM (
    SELECT CASE WHEN round = 1 THEN created_at ELSE announced_at END AS since FROM tickets
    WHERE ai_status = 'pending' ORDER BY created_at, id LIMIT ?1
)`

// Backlog implements ports.BacklogReader.
func (s *Store) Backlog(ctx context.Context) (ports.Backlog, error) {
	row, _, err := sqlstore.One[struct {
		Pending int
		Oldest  int64 // in microseconds
	}](ctx, s.read, backlogSQL, ports.BacklogLimit, now().UnixMicro())
	if err != nil {
		return ports.Backlog{}, failed(ctx, err, "count what waits")
	}
	return ports.Backlog{Pending: row.Pending, Oldest: max(0, time.Duration(row.Oldest)*time.Microsecond)}, nil
}
