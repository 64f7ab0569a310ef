package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// indexStep matches a step that creates or drops an index while the table is written, and finds the index's
// name.
var indexStep = regexp.MustCompile(
	`^(?:\s|--.*\n)*(?:CREATE(?: UNIQUE)?|DROP) INDEX CONCURRENTLY IF (?:NOT )?EXISTS (\w+)`)

const (
	// Such a step waits for every older transaction, a backup's as well, but meanwhile nobody waits for it.
	indexPatience   = time.Hour
	indexLimitsSQL  = `SET lock_timeout = '1h'; SET statement_timeout = 0`
	sessionResetSQL = `RESET lock_timeout; RESET statement_timeout`

	invalidIndexSQL = `SELECT EXISTS (SELECT 1 FROM pg_index
		WHERE indexrelid = to_regclass($1) AND NOT indisvalid)`
	// A server goes on building for a process that was killed.
	beingBuiltSQL = `SELECT EXISTS (SELECT 1 FROM pg_stat_progress_create_index
		WHERE datname = current_database() AND index_relid = to_regclass($1))`
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
	kept, err := keepsSession(conn)
	if err != nil {
		return true, err
	}
	if !kept {
		return true, rebuildUnlimited(ctx, conn, found[1], step)
	}
	if _, err := conn.ExecContext(ctx, indexLimitsSQL); err != nil {
		return true, err
	}
	err = rebuildIndex(ctx, conn, found[1], step)
	if ctx.Err() == nil { // otherwise the connection is useless by now
		_, reset := conn.ExecContext(ctx, sessionResetSQL)
		err = errors.Join(err, reset)
	}
	return true, err
}

// keepsSession reports whether what is set for the session is set for this connection, and for no other.
func keepsSession(conn *sql.Conn) (kept bool, err error) {
	err = conn.Raw(func(c any) error {
		session, ok := c.(interface{ Kept() bool })
		kept = !ok || session.Kept()
		return nil
	})
	return kept, err
}

// rebuildUnlimited does without settings of the session: a pooler would give them to other clients. The
// limits of the role hold.
func rebuildUnlimited(ctx context.Context, conn *sql.Conn, name, step string) error {
	ctx, cancel := context.WithTimeout(ctx, indexPatience)
	defer cancel()
	if err := rebuildIndex(ctx, conn, name, step); err != nil {
		return fmt.Errorf("%w (if a limit of the role or the pooler cut it off: run `ticketd migrate up` once "+
			"with a DB_URL that goes past the pooler)", err)
	}
	return nil
}

func rebuildIndex(ctx context.Context, conn *sql.Conn, name, step string) error {
	if err := untilBuilt(ctx, conn, name); err != nil {
		return err
	}
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

// untilBuilt waits while the server builds the index.
func untilBuilt(ctx context.Context, conn *sql.Conn, name string) error {
	for building := true; ; {
		err := conn.QueryRowContext(ctx, beingBuiltSQL, name).Scan(&building)
		if err != nil || !building {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(askAgain):
		}
	}
}
