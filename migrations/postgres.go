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
	// Who waited within the server for the lock would hold a snapshot for which CREATE INDEX CONCURRENTLY
	// waits: deadlock. So a process polls instead.
	askAgain = 100 * time.Millisecond

	tryLockSQL    = `SELECT pg_try_advisory_xact_lock($1)`
	stillThereSQL = `SELECT 1`

	// stepLimitsSQL are those of one transaction. A migration never makes the running program wait longer for a
	// table than 2 s: far less than a request waits for the store. A role's or database's limits for requests
	// would cut off a long step. Not every server version has all of them.
	stepLimitsSQL = `SET LOCAL lock_timeout = '2s'; SELECT set_config(name, '0', true) FROM pg_settings
		WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')`

	postgresReadySQL = `SELECT current_schema() IS NOT NULL, to_regclass('schema_migrations') IS NOT NULL`
	versionTableSQL  = `CREATE TABLE IF NOT EXISTS schema_migrations (
		version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)`

	postgresHasVersionSQL = `SELECT to_regclass('schema_migrations') IS NOT NULL`
	versionSQL            = `SELECT version, dirty FROM schema_migrations`
)

func (postgresEngine) name() string { return "postgres" }

func (postgresEngine) current(ctx context.Context, db *sql.DB) (int, bool, error) {
	return readVersion(ctx, db, postgresHasVersionSQL)
}

var errNoSchema = errors.New("none of the schemas that DB_URL or the role's search_path names is there for " +
	"this role: CREATE SCHEMA makes one")

// begin holds the lock in a transaction that does nothing else. It ends with its connection, through a pooler
// too, which may hand a session's lock to other clients. Such a transaction has no snapshot between its
// statements: CREATE INDEX CONCURRENTLY does not wait for it.
func (postgresEngine) begin(ctx context.Context, db *sql.DB,
	log *slog.Logger) (database.Driver, func() error, error) {
	lock, err := lockPostgres(ctx, db, log)
	if err != nil {
		return nil, nil, err
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		err = prepareVersions(ctx, conn)
	}
	if err != nil {
		return nil, nil, closing(err, lock.Rollback)
	}
	index := func(ctx context.Context, step string) (bool, error) { return runIndexStep(ctx, conn, step) }
	alone := func(ctx context.Context) error {
		if _, err := lock.ExecContext(ctx, stillThereSQL); err != nil {
			return fmt.Errorf("the lock that keeps other processes from migrating is lost: %w", err)
		}
		return nil
	}
	d := &stepDriver{
		Driver: versions{ctx: ctx, db: db, conn: conn}, ctx: ctx, db: conn, alone: alone, limits: stepLimitsSQL,
		outside: index,
	}
	return d, func() error {
		if err := lock.Rollback(); !errors.Is(err, driver.ErrBadConn) {
			return err
		}
		return nil // the connection is gone, and the lock with it
	}, nil
}

// versions is what stepDriver needs of a driver of golang-migrate's. That for PostgreSQL takes a lock of the
// session, which would stay behind in a pooler. The other methods are never called.
type versions struct {
	database.Driver
	ctx  context.Context
	db   *sql.DB
	conn *sql.Conn
}

// Version implements database.Driver.
func (v versions) Version() (version int, dirty bool, err error) {
	return readVersion(v.ctx, v.db, postgresHasVersionSQL)
}

// Close implements database.Driver.
func (v versions) Close() error { return v.conn.Close() }

// prepareVersions makes the table of the version. It needs no right to do so if the table is there.
func prepareVersions(ctx context.Context, conn *sql.Conn) error {
	var schema, table bool
	err := conn.QueryRowContext(ctx, postgresReadySQL).Scan(&schema, &table)
	switch {
	case err != nil || table:
		return err
	case !schema:
		return errNoSchema
	}
	_, err = conn.ExecContext(ctx, versionTableSQL)
	return err
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

func (postgresEngine) breath(time.Duration) time.Duration { return 0 }

// lockPostgres returns the transaction that holds the lock. It outlives ctx, as the end of a step does.
func lockPostgres(ctx context.Context, db *sql.DB, log *slog.Logger) (*sql.Tx, error) {
	for waited := false; ; waited = true {
		tx, err := db.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		if err != nil {
			return nil, err
		}
		mine := false
		if _, err = tx.ExecContext(ctx, stepLimitsSQL); err == nil {
			err = tx.QueryRowContext(ctx, tryLockSQL, postgresKey).Scan(&mine)
		}
		if err == nil && mine {
			return tx, nil
		}
		if err := closing(err, tx.Rollback); err != nil {
			return nil, err
		}
		if !waited {
			log.InfoContext(ctx, "database schema: another process is migrating, waiting for it")
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for another process that migrates: %w", ctx.Err())
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
