package sqlite

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/ports"
)

// comparedSQL compares with the newest verdict that counted, which is the one that the person reviewed: a
// later one would have ended their review.
func comparedSQL(where string) string {
	return `
SELECT ` + sqlstore.ComparedColumns() + `
FROM tickets AS t JOIN classifications AS predicted ON predicted.id = (
    SELECT id FROM classifications
    WHERE ticket_id = t.id AND ` + sqlstore.CountingVerdict + ` ORDER BY round DESC, id DESC LIMIT 1
)` + where + `
GROUP BY ` + sqlstore.ComparedGroups
}

// Stats implements ports.StatsReader.
func (s *Store) Stats(ctx context.Context, p ports.Period) (stats ports.Stats, err error) {
	dialect := sqlstore.StatsDialect{
		Placeholder: placeholder, Moment: microseconds, Compared: comparedSQL,
		// Division cuts off; counted from the year 0, no time is negative.
		Day: `(created_at + 62167219200000000) / 86400000000 - 719528`,
	}
	err = s.snapshot(ctx, func(tx *sqlx.Tx) (err error) {
		stats, err = sqlstore.ReadStats(ctx, tx, dialect, p)
		return err
	})
	return stats, failed(ctx, err, "compute statistics")
}

func microseconds(t time.Time) any { return t.UnixMicro() }
