package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/ports"
)

const (
	// beatPatience is how long a beat waits for the server's next bytes: the next one, on another connection,
	// has to come before the life of the one before ends.
	beatPatience = 2500 * time.Millisecond
	// beatConns are apart from the others, so that a beat never waits for one that is in use.
	beatConns = 2
)

// newBeats returns the connections of the heartbeat. Its statements have no parameters: so they take one
// round trip without being prepared, whatever is between us and the server.
func newBeats(c driver.Connector) *sqlx.DB {
	db := sqlx.NewDb(sql.OpenDB(c), "postgres")
	db.SetMaxOpenConns(beatConns)
	db.SetMaxIdleConns(1)
	db.SetConnMaxLifetime(maxLifetime)
	return db
}

const enlistSQL = `INSERT INTO claimers DEFAULT VALUES RETURNING id`

// beatSQL is given the claimer's id. A claimer that is steady has seen the others for a whole life.
var beatSQL = `
WITH beaten AS (
    UPDATE claimers SET beat_at = now(),
        steady_since = CASE WHEN beat_at >= now() - ` + interval(ports.ClaimerGap) + `
            THEN steady_since ELSE now() END
    WHERE id = %[1]d RETURNING steady_since
)
SELECT steady_since <= ` + lifeAgo + ` AND EXISTS (
    SELECT 1 FROM claimers WHERE id <> %[1]d AND beat_at < ` + lifeAgo + `
) AS dead FROM beaten`

// endDeadSQL and retireSQL are one transaction each, and what it says last is the number of claims.
var (
	endDeadSQL = `
DELETE FROM claimers WHERE id <> %[1]d AND beat_at < ` + lifeAgo + ` AND EXISTS (
    SELECT 1 FROM claimers WHERE id = %[1]d AND steady_since <= ` + lifeAgo + `
);` + endClaimsSQL

	retireSQL = `DELETE FROM claimers WHERE id = %[1]d;` + endClaimsSQL

	lifeAgo = `now() - ` + interval(ports.ClaimerLife)
)

// endClaimsSQL reads the part of the index tickets_work that is to come: what is claimed and what waits for
// another attempt.
const endClaimsSQL = `
UPDATE tickets SET claimed_until = now(), claimed_by = NULL WHERE id = ANY (ARRAY(
    SELECT id FROM tickets
    WHERE ai_status = 'pending' AND ` + dueAt + ` > now() AND claimed_until IS NOT NULL
        AND claimed_by IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM claimers WHERE claimers.id = claimed_by)
    FOR NO KEY UPDATE SKIP LOCKED))`

func interval(d time.Duration) string {
	return fmt.Sprintf(`interval '%d microseconds'`, d.Microseconds())
}

// Enlist implements ports.ClaimerStore.
func (s *Store) Enlist(ctx context.Context) (ports.ClaimerID, error) {
	id, err := beating(ctx, s, func(db *sqlx.DB) (id ports.ClaimerID, err error) {
		err = db.GetContext(ctx, &id, enlistSQL)
		return id, err
	})
	return id, failed(ctx, err, "enlist a claimer")
}

// Beat implements ports.ClaimerStore.
func (s *Store) Beat(ctx context.Context, id ports.ClaimerID) (alive, dead bool, err error) {
	found, err := beating(ctx, s, func(db *sqlx.DB) (found []bool, err error) {
		err = db.SelectContext(ctx, &found, fmt.Sprintf(beatSQL, id))
		return found, err
	})
	return len(found) > 0, len(found) > 0 && found[0], failed(ctx, err, "beat as claimer %d", id)
}

// EndDead implements ports.ClaimerStore.
func (s *Store) EndDead(ctx context.Context, id ports.ClaimerID) (claims int, err error) {
	ended, err := s.endClaims(ctx, fmt.Sprintf(endDeadSQL, id))
	return ended, failed(ctx, err, "end the claims of dead claimers")
}

// Retire implements ports.ClaimerStore.
func (s *Store) Retire(ctx context.Context, id ports.ClaimerID) error {
	_, err := s.endClaims(ctx, fmt.Sprintf(retireSQL, id))
	return failed(ctx, err, "retire claimer %d", id)
}

func (s *Store) endClaims(ctx context.Context, statements string) (int, error) {
	return beating(ctx, s, func(db *sqlx.DB) (int, error) {
		result, err := db.ExecContext(ctx, statements)
		if err != nil {
			return 0, err
		}
		ended, err := result.RowsAffected()
		return int(ended), err
	})
}

// beating runs do on the connections of the heartbeat and, where there is none to be had, on the others. It
// is safe to do twice.
func beating[T any](ctx context.Context, s *Store, do func(db *sqlx.DB) (T, error)) (T, error) {
	return within(ctx, func() (T, error) {
		v, err := do(s.beats)
		if err != nil && ctx.Err() == nil {
			v, err = do(s.db)
		}
		return v, err
	})
}
