package postgres

import (
	"context"
	"fmt"

	"ticketd/adapters/internal/sqlstore"
)

// position is how far the primary was at a moment: whatever was committed before is within it.
type position struct {
	WAL int64 `db:"wal"` // bytes of its log
	history

	// Set by a horizonSQL: in Era, all events of transactions below Horizon are settled.
	Horizon string `db:"horizon"`
	Era     int64  `db:"era"`
}

// history is what a primary and its replicas have in common. A replica that does not follow the primary
// over a failover is on another timeline, in which the same place of the log holds something else.
type history struct {
	System   string `db:"system"`
	Timeline string `db:"timeline"`
	Database string `db:"database"`
	Tickets  int64  `db:"tickets"` // what the search path finds under this name; 0: nothing
}

func (h history) String() string {
	const format = "system %s, timeline %s, database %q, table %d"
	return fmt.Sprintf(format, h.System, h.Timeline, h.Database, h.Tickets)
}

// The parts of a history that both sides read alike. A system identifier is made by initdb and kept by
// copies.
const (
	itsSystem   = `(SELECT system_identifier::text FROM pg_control_system())`
	itsDatabase = `current_database()::text AS database,
    coalesce(to_regclass('tickets')::oid::bigint, 0) AS tickets`
)

var (
	positionSQL = positionColumnsSQL(``)
	horizonSQL  = positionColumnsSQL(`, (` + horizon + `)::text AS horizon, ` + era + ` AS era`)
)

// positionColumnsSQL asks up to where the log is flushed: a commit is answered and visible only after that.
// Under synchronous_commit=off it is visible before, as soon as it is in the log at all.
func positionColumnsSQL(further string) string {
	return `
SELECT (wal - '0/0')::bigint AS wal, ` + itsSystem + ` AS system, left(pg_walfile_name(wal), 8) AS timeline,
    ` + itsDatabase + further + `
FROM (
    SELECT CASE current_setting('synchronous_commit')
        WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn()
    END AS wal
) AS log`
}

// readPosition answers any number of reads that wait for the primary's position at the same moment.
func (s *Store) readPosition(query string) func(context.Context, []struct{}) ([]*position, error) {
	return func(ctx context.Context, reads []struct{}) ([]*position, error) {
		found, err := rows[position](ctx, s, query)
		if ended := sqlstore.Ended(ctx, err); err != nil && ended != nil {
			err = ended
		}
		if err != nil {
			return nil, err
		}
		shared := make([]*position, len(reads))
		for i := range shared {
			shared[i] = &found[0]
		}
		return shared, nil
	}
}

type positionKey struct{}

// since asks a replica's session for an answer that has all that was committed up to p.
func since(ctx context.Context, p *position) context.Context {
	return context.WithValue(ctx, positionKey{}, p)
}
