package postgres

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
FROM tickets AS t CROSS JOIN LATERAL (
    SELECT * FROM classifications
    WHERE ticket_id = t.id AND ` + sqlstore.CountingVerdict + ` ORDER BY round DESC, id DESC LIMIT 1
) AS predicted` + where + `
GROUP BY ` + sqlstore.ComparedGroups
}

// Stats implements ports.StatsReader.
func (s *Store) Stats(ctx context.Context, p ports.Period) (ports.Stats, error) {
	stats, err := within(ctx, func() (ports.Stats, error) { return s.stats(ctx, p) })
	return stats, failed(ctx, err, "compute statistics")
}

func (s *Store) stats(ctx context.Context, p ports.Period) (stats ports.Stats, err error) {
	dialect := sqlstore.StatsDialect{
		Placeholder: placeholder, Moment: timestamp, Compared: comparedSQL,
		Day: `(created_at AT TIME ZONE 'UTC')::date - DATE '1970-01-01'`,
	}
	err = s.snapshot(ctx, func(tx *sqlx.Tx) (err error) {
		stats, err = sqlstore.ReadStats(ctx, tx, dialect, p)
		return err
	})
	return stats, err
}

func timestamp(t time.Time) any { return t.UTC() } // PostgreSQL takes no offset of 16 hours or more
