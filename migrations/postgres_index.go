package migrations

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
)

// indexStep finds the name of the index that a step makes or drops while the table is written.
var indexStep = regexp.MustCompile(`^(?:\s|--.*\n)*(?:CREATE(?: UNIQUE)?|DROP) INDEX CONCURRENTLY IF (?:NOT )?EXISTS (\w+)`)

const (
	// Such a step waits for every transaction that is older than it, a backup's as well, but nobody waits for it meanwhile.
	indexLockTimeoutSQL = `SET lock_timeout = '1h'`
	tableLockTimeoutSQL = `SET lock_timeout = '` + lockTimeout + `'`

	invalidIndexSQL = `SELECT EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid)`
	dropIndexSQL    = `DROP INDEX CONCURRENTLY IF EXISTS `
)

// runIndexStep runs a step on one index outside of a transaction, and returns false for any other step. One that was cut off left an
// index that is filled but never used, and that IF NOT EXISTS would take for the real one: it is dropped first.
func runIndexStep(ctx context.Context, conn *sql.Conn, step string) (ran bool, err error) {
	found := indexStep.FindStringSubmatch(step)
	if found == nil {
		return false, nil
	}
	if _, err := conn.ExecContext(ctx, indexLockTimeoutSQL); err != nil {
		return true, err
	}
	err = rebuildIndex(ctx, conn, found[1], step)
	if ctx.Err() == nil { // else the connection is of no more use
		_, reset := conn.ExecContext(ctx, tableLockTimeoutSQL)
		err = errors.Join(err, reset)
	}
	return true, err
}

func rebuildIndex(ctx context.Context, conn *sql.Conn, name, step string) error {
	var invalid bool
	if err := conn.QueryRowContext(ctx, invalidIndexSQL, name).Scan(&invalid); err != nil {
		return err
	}
	if invalid {
		if _, err := conn.ExecContext(ctx, dropIndexSQL+name); err != nil {
			return err
		}
	}
	_, err := conn.ExecContext(ctx, step)
	return err
}
