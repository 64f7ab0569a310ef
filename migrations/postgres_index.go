package migrations

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
)

// indexStep matches a step that creates or drops an index while the table is written, and finds the index's
// name.
var indexStep = regexp.MustCompile(
	`^(?:\s|--.*\n)*(?:CREATE(?: UNIQUE)?|DROP) INDEX CONCURRENTLY IF (?:NOT )?EXISTS (\w+)`)

const (
	// Such a step waits for every older transaction, a backup's as well, but meanwhile nobody waits for it.
	indexLockTimeoutSQL = `SET lock_timeout = '1h'`
	tableLockTimeoutSQL = `SET lock_timeout = '` + lockTimeout + `'`

	invalidIndexSQL = `SELECT EXISTS (SELECT 1 FROM pg_index
		WHERE indexrelid = to_regclass($1) AND NOT indisvalid)`
	dropIndexSQL = `DROP INDEX CONCURRENTLY IF EXISTS `
)

// runIndexStep runs a step on one index outside of a transaction; for any other step it returns false. An
// interrupted step left an index that is never used, and that IF NOT EXISTS would take for the real one, so
// runIndexStep drops that index first.
func runIndexStep(ctx context.Context, conn *sql.Conn, step string) (ran bool, err error) {
	found := indexStep.FindStringSubmatch(step)
	if found == nil {
		return false, nil
	}
	if _, err := conn.ExecContext(ctx, indexLockTimeoutSQL); err != nil {
		return true, err
	}
	err = rebuildIndex(ctx, conn, found[1], step)
	if ctx.Err() == nil { // otherwise the connection is useless by now
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
