package migrations

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/golang-migrate/migrate/v4/database"
	"github.com/golang-migrate/migrate/v4/database/postgres"
	"github.com/lib/pq"
)

// Postgres returns the migrator of a PostgreSQL database.
func Postgres(c driver.Connector, log *slog.Logger) (*Migrator, error) {
	return newMigrator(c, postgresEngine{}, log)
}

type postgresEngine struct{}

const (
	// postgresKey is the advisory lock that every migrating process takes; PostgreSQL scopes it to the database.
	postgresKey = 0x7469636b657464 // "ticketd"
	// A process that waited inside golang-migrate's own pg_advisory_lock would hold a snapshot for which
	// CREATE INDEX CONCURRENTLY waits: deadlock. So it polls instead.
	askAgain = 100 * time.Millisecond
	// A migration never makes the running program wait longer than lockTimeout for a table: far less than a
	// request waits for the store.
	lockTimeout = "2s"

	tryLockSQL = `SELECT pg_try_advisory_lock($1)`
	unlockSQL  = `SELECT pg_advisory_unlock($1)`
	// A role's or database's limits for requests would cut off a long step. Not every server version has all
	// of them.
	noLimitsSQL = `SELECT set_config(name, '0', false) FROM pg_settings
		WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_session_timeout',
			'idle_in_transaction_session_timeout')`

	postgresHasVersionSQL = `SELECT to_regclass('schema_migrations') IS NOT NULL`
	versionSQL            = `SELECT version, dirty FROM schema_migrations`
)

func (postgresEngine) name() string { return "postgres" }

func (postgresEngine) current(ctx context.Context, db *sql.DB) (int, bool, error) {
	return readVersion(ctx, db, postgresHasVersionSQL)
}

var errNoSchema = errors.New("none of the schemas that DB_URL or the role's search_path names is there for " +
	"this role: CREATE SCHEMA makes one")

func (postgresEngine) begin(ctx context.Context, db *sql.DB,
	log *slog.Logger) (database.Driver, func() error, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := lockPostgres(ctx, conn, log); err != nil {
		return nil, nil, closing(err, conn.Close)
	}
	d, err := postgres.WithConnection(ctx, conn, &postgres.Config{})
	if errors.Is(err, postgres.ErrNoSchema) {
		err = errNoSchema
	}
	if wrapped, ok := errors.AsType[*database.Error](err); ok {
		err = wrapped.OrigErr // which says what the server complains about, and by which code
	}
	if err != nil {
		return nil, nil, closing(err, conn.Close)
	}
	index := func(ctx context.Context, step string) (bool, error) { return runIndexStep(ctx, conn, step) }
	return &stepDriver{Driver: d, ctx: ctx, db: conn, outside: index}, func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), unlockSQL, postgresKey)
		if errors.Is(err, driver.ErrBadConn) {
			return nil // the connection is gone, and the lock with it
		}
		return err
	}, nil
}

// The codes of a lock that was not granted in time.
const (
	lockNotAvailable = "55P03"
	deadlockDetected = "40P01"
)

func (postgresEngine) busy(err error) bool {
	e, ok := errors.AsType[*pq.Error](err)
	return ok && (e.Code == lockNotAvailable || e.Code == deadlockDetected)
}

func lockPostgres(ctx context.Context, conn *sql.Conn, log *slog.Logger) error {
	for _, query := range []string{tableLockTimeoutSQL, noLimitsSQL} {
		if _, err := conn.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	for waited := false; ; waited = true {
		var mine bool
		if err := conn.QueryRowContext(ctx, tryLockSQL, postgresKey).Scan(&mine); err != nil || mine {
			return err
		}
		if !waited {
			log.InfoContext(ctx, "database schema: another process is migrating, waiting for it")
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for another process that migrates: %w", ctx.Err())
		case <-time.After(askAgain):
		}
	}
}

// readVersion works on both engines.
func readVersion(ctx context.Context, db *sql.DB, hasVersion string) (version int, dirty bool, err error) {
	var there bool
	if err := db.QueryRowContext(ctx, hasVersion).Scan(&there); err != nil {
		return 0, false, err
	}
	if !there {
		return database.NilVersion, false, nil
	}
	err = db.QueryRowContext(ctx, versionSQL).Scan(&version, &dirty)
	if errors.Is(err, sql.ErrNoRows) {
		return database.NilVersion, false, nil
	}
	return version, dirty, err
}
