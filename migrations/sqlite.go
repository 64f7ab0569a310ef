package migrations

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gofrs/flock"
	"github.com/golang-migrate/migrate/v4/database"
	"github.com/golang-migrate/migrate/v4/database/sqlite"
	modernc "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// SQLite returns the migrator of an SQLite database. path is the database's file, empty for a database in
// memory.
func SQLite(c driver.Connector, path string, log *slog.Logger) (*Migrator, error) {
	return newMigrator(c, sqliteEngine{path}, log)
}

type sqliteEngine struct{ path string }

const sqliteHasVersionSQL = `SELECT count(*) > 0 FROM sqlite_schema
	WHERE type = 'table' AND name = 'schema_migrations'`

func (sqliteEngine) name() string { return "sqlite" }

func (sqliteEngine) current(ctx context.Context, db *sql.DB) (int, bool, error) {
	return readVersion(ctx, db, sqliteHasVersionSQL)
}

// begin locks a file beside the database: golang-migrate has no lock between processes for SQLite.
func (e sqliteEngine) begin(ctx context.Context, db *sql.DB,
	log *slog.Logger) (database.Driver, func() error, error) {
	unlock, err := e.lock(ctx, log)
	if err != nil {
		return nil, nil, err
	}
	d, err := sqlite.WithInstance(db, &sqlite.Config{})
	if err != nil {
		return nil, nil, closing(err, unlock)
	}
	return &stepDriver{Driver: d, ctx: ctx, db: db}, unlock, nil
}

// busy reads the low eight bits of the code, which name its class.
func (sqliteEngine) busy(err error) bool {
	e, ok := errors.AsType[*modernc.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// breath lets others come in. SQLite has no queue for its one lock: who waits looks every tenth of a second.
// Longer steps in a row, as on a large table, would look like one to them.
func (sqliteEngine) breath(step time.Duration) time.Duration {
	if step > 100*time.Millisecond {
		return 250 * time.Millisecond
	}
	return 0
}

func (e sqliteEngine) lock(ctx context.Context, log *slog.Logger) (unlock func() error, err error) {
	if e.path == "" {
		return func() error { return nil }, nil
	}
	l := flock.New(e.path + ".migrate.lock")
	mine, err := l.TryLock()
	if err == nil && !mine {
		log.InfoContext(ctx, "database schema: another process is migrating, waiting for it")
		_, err = l.TryLockContext(ctx, 20*time.Millisecond)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the file %s: %w", l.Path(), err)
	}
	return l.Close, nil
}
