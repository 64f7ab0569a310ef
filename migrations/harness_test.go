package migrations_test

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/adapters/sqlite"
	"ticketd/migrations"
	"ticketd/tests/support/testenv"
)

const (
	// patience bounds every wait for something that comes soon on an idle machine.
	patience = 2 * time.Minute
	poll     = 10 * time.Millisecond
)

// database is an empty database with a connection besides the migrator's.
type database struct {
	*migrations.Migrator
	engine string
	db     *sql.DB
	log    *logged
	// another returns the migrator of another process.
	another func() *migrations.Migrator
}

// logged is a log that can be read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// onBoth runs a case on an empty database of each engine.
func onBoth(t *testing.T, check func(t *testing.T, d database)) {
	t.Helper()
	for name, fresh := range map[string]func(t *testing.T) database{"postgres": onPostgres, "sqlite": onSQLite} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, fresh(t))
		})
	}
}

func onPostgres(t *testing.T) database {
	t.Helper()
	s, err := postgres.Open(t.Context(), testenv.Postgres(t), postgres.Options{MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return wrap(t, "postgres", sql.OpenDB(s.Connector()), func(log *slog.Logger) (*migrations.Migrator, error) {
		return migrations.Postgres(s.Connector(), log)
	})
}

func onSQLite(t *testing.T) database {
	t.Helper()
	s, err := sqlite.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "tickets.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return wrap(t, "sqlite", sql.OpenDB(s.Connector()), func(log *slog.Logger) (*migrations.Migrator, error) {
		return migrations.SQLite(s.Connector(), s.Path(), log)
	})
}

func wrap(t *testing.T, engine string, db *sql.DB,
	make func(*slog.Logger) (*migrations.Migrator, error)) database {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	d := database{engine: engine, db: db, log: &logged{}}
	d.another = func() *migrations.Migrator {
		m, err := make(slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		return m
	}
	var err error
	d.Migrator, err = make(slog.New(slog.NewTextHandler(d.log, nil)))
	require.NoError(t, err)
	return d
}

func (d database) exec(t *testing.T, query string) {
	t.Helper()
	_, err := d.db.ExecContext(t.Context(), query)
	require.NoError(t, err)
}

func (d database) requireAt(t *testing.T, version uint) {
	t.Helper()
	s, err := d.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, migrations.Status{Current: version, Latest: latest}, s)
}

// finds reports whether a query returns any row.
func (d database) finds(t *testing.T, query string) (found bool) {
	t.Helper()
	require.NoError(t, d.db.QueryRowContext(t.Context(), `SELECT EXISTS (`+query+`)`).Scan(&found))
	return found
}

// begin starts a transaction that runs a query and keeps its locks.
func (d database) begin(t *testing.T, query string, o *sql.TxOptions) *sql.Tx {
	t.Helper()
	tx, err := d.db.BeginTx(t.Context(), o)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), query)
	require.NoError(t, err)
	return tx
}

// inBackground migrates up as another process would.
func (d database) inBackground(ctx context.Context) <-chan error {
	result := make(chan error, 1)
	go func() { result <- d.Up(ctx) }()
	return result
}

// waiting waits until a migration on PostgreSQL waits for a lock in a statement LIKE the given one, and
// returns its process id.
func (d database) waiting(t *testing.T, statement string) (pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		return d.db.QueryRowContext(t.Context(), `SELECT pid FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
			AND query LIKE $1`, statement).Scan(&pid) == nil
	}, patience, poll)
	return pid
}

// kill terminates the connection of a migration.
func (d database) kill(t *testing.T, pid int) {
	t.Helper()
	_, err := d.db.ExecContext(t.Context(), `SELECT pg_terminate_backend($1)`, pid)
	require.NoError(t, err)
}

// holdLock takes the lock that a migrating process holds.
func holdLock(t *testing.T, d database) (release func()) {
	t.Helper()
	conn, err := d.db.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), `SELECT pg_advisory_lock(x'7469636b657464'::bigint)`)
	require.NoError(t, err)
	release = func() {
		_, err := conn.ExecContext(context.WithoutCancel(t.Context()), `SELECT pg_advisory_unlock_all()`)
		require.NoError(t, err)
	}
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return release
}
