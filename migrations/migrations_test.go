package migrations_test

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/adapters/sqlite"
	"ticketd/migrations"
	"ticketd/tests/testenv"
)

// latest is the newest version in this tree.
const latest = 7

// database is an empty one, with a connection beside the migrator's.
type database struct {
	*migrations.Migrator
	db  *sql.DB
	log *bytes.Buffer
	// another makes the migrator of another process.
	another func() *migrations.Migrator
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
	return wrap(t, sql.OpenDB(s.Connector()), func(log *slog.Logger) (*migrations.Migrator, error) {
		return migrations.Postgres(s.Connector(), log)
	})
}

func onSQLite(t *testing.T) database {
	t.Helper()
	s, err := sqlite.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "tickets.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return wrap(t, sql.OpenDB(s.Connector()), func(log *slog.Logger) (*migrations.Migrator, error) {
		return migrations.SQLite(s.Connector(), s.Path(), log)
	})
}

func wrap(t *testing.T, db *sql.DB, make func(*slog.Logger) (*migrations.Migrator, error)) database {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	d := database{db: db, log: &bytes.Buffer{}}
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

func TestUpAndDown(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d database) {
		d.requireAt(t, 0)
		require.NoError(t, d.Up(t.Context()))
		d.requireAt(t, latest)
		d.exec(t, `INSERT INTO users (name, email, email_key) VALUES ('Ann', 'a', 'a')`)
		d.exec(t, `INSERT INTO tickets (title, description, created_by) VALUES ('t', 'd', 1)`)
		d.exec(t, `INSERT INTO classifications (ticket_id, round) VALUES (1, 1)`)
		for version := latest - 1; version >= 0; version-- {
			require.NoError(t, d.Down(t.Context(), 1))
			d.requireAt(t, uint(version))
		}
		require.NoError(t, d.Up(t.Context()), "nothing was left behind")
		d.exec(t, `INSERT INTO tickets (title, description) VALUES ('t', 'd')`)
		require.NoError(t, d.Down(t.Context(), latest))
		d.requireAt(t, 0)
	})
}

func TestDownRefusesMoreThanWasMade(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d database) {
		require.ErrorContains(t, d.Down(t.Context(), 1), "version 0")
		require.NoError(t, d.Up(t.Context()))
		for _, steps := range []int{latest + 1, 0, -1} {
			require.ErrorContains(t, d.Down(t.Context(), steps), "cannot take back")
			d.requireAt(t, latest)
		}
	})
}

func TestUpLeavesACurrentDatabaseAlone(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		d := onPostgres(t)
		require.NoError(t, d.Up(t.Context()))
		holdLock(t, d)
		require.NoError(t, d.Up(t.Context()), "it does not ask for the lock")
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		d := onSQLite(t)
		require.NoError(t, d.Up(t.Context()))
		tx, err := d.db.BeginTx(t.Context(), nil) // holds the only right to write
		require.NoError(t, err)
		require.NoError(t, d.Up(t.Context()))
		require.NoError(t, tx.Rollback())
	})
}

// holdLock takes the lock of a process that migrates.
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

func TestEightStartAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d database) {
		const starters = 8
		results := make(chan error, starters)
		for range starters {
			m := d.another()
			go func() { results <- m.Up(t.Context()) }()
		}
		for range starters {
			require.NoError(t, <-results)
		}
		d.requireAt(t, latest)
	})
}

func TestStarterWaitsForAnother(t *testing.T) {
	t.Parallel()
	d := onPostgres(t)
	release := holdLock(t, d)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, d.Up(ctx), context.DeadlineExceeded)
	require.Contains(t, d.log.String(), "waiting")
	d.requireAt(t, 0)
	time.AfterFunc(200*time.Millisecond, release)
	require.NoError(t, d.Up(t.Context()))
	d.requireAt(t, latest)
}

func TestCutOffMigrationIsRepaired(t *testing.T) {
	t.Parallel()
	t.Run("of which nothing took effect", func(t *testing.T) {
		t.Parallel()
		onBoth(t, func(t *testing.T, d database) {
			require.NoError(t, d.Up(t.Context()))
			require.NoError(t, d.Down(t.Context(), latest-1))
			d.exec(t, `UPDATE schema_migrations SET version = 2, dirty = true`) // as golang-migrate does before it begins
			requireCutOff(t, d, "0002_tickets.up.sql", "ticketd migrate force 2", "ticketd migrate force 1")
			require.NoError(t, d.Force(t.Context(), 1))
			require.NoError(t, d.Up(t.Context()))
			d.requireAt(t, latest)
		})
	})
	t.Run("that took effect", func(t *testing.T) {
		t.Parallel()
		onBoth(t, func(t *testing.T, d database) {
			require.NoError(t, d.Up(t.Context()))
			require.NoError(t, d.Down(t.Context(), latest-2))
			d.exec(t, `UPDATE schema_migrations SET dirty = true`)
			requireCutOff(t, d, "0002_tickets.up.sql", "ticketd migrate force 2")
			require.NoError(t, d.Force(t.Context(), 2))
			require.NoError(t, d.Up(t.Context()))
			d.requireAt(t, latest)
		})
	})
	t.Run("the very first", func(t *testing.T) {
		t.Parallel()
		onBoth(t, func(t *testing.T, d database) {
			require.NoError(t, d.Up(t.Context()))
			require.NoError(t, d.Down(t.Context(), latest))
			d.exec(t, `INSERT INTO schema_migrations (version, dirty) VALUES (1, true)`)
			requireCutOff(t, d, "0001_users.up.sql", "ticketd migrate force 0")
			require.NoError(t, d.Force(t.Context(), 0))
			d.requireAt(t, 0)
			require.NoError(t, d.Up(t.Context()))
		})
	})
}

func requireCutOff(t *testing.T, d database, advice ...string) {
	t.Helper()
	for _, err := range []error{d.Up(t.Context()), d.Down(t.Context(), 1)} {
		require.ErrorIs(t, err, migrations.ErrDirty)
		for _, words := range advice {
			require.ErrorContains(t, err, words)
		}
	}
	s, err := d.Version(t.Context())
	require.NoError(t, err)
	require.True(t, s.Dirty)
}

func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	d := onPostgres(t)
	require.NoError(t, d.Up(t.Context()))
	require.NoError(t, d.Down(t.Context(), latest-1))
	tx, err := d.db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `LOCK TABLE users`) // tickets refer to users: the migration stops there
	require.NoError(t, err)

	result := make(chan error, 1)
	go func() { result <- d.another().Up(t.Context()) }()
	require.Eventually(t, func() bool {
		killed, err := d.db.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%CREATE TABLE tickets%' AND pid <> pg_backend_pid()`)
		if err != nil {
			return false
		}
		n, err := killed.RowsAffected()
		return err == nil && n == 1
	}, 10*time.Second, 10*time.Millisecond)
	require.ErrorIs(t, <-result, migrations.ErrDirty)
	require.NoError(t, tx.Rollback())

	requireCutOff(t, d, "ticketd migrate force 1")
	require.NoError(t, d.Force(t.Context(), 1))
	require.NoError(t, d.Up(t.Context()))
	d.requireAt(t, latest)
}

func TestNewerDatabase(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d database) {
		require.NoError(t, d.Up(t.Context()))
		d.exec(t, `UPDATE schema_migrations SET version = 99`)
		s, err := d.Version(t.Context())
		require.NoError(t, err)
		require.Equal(t, migrations.Status{Current: 99, Latest: latest}, s)
		require.True(t, s.Newer())
		for _, err := range []error{d.Up(t.Context()), d.Down(t.Context(), 1)} {
			require.ErrorIs(t, err, migrations.ErrNewer)
			require.ErrorContains(t, err, "99")
		}
		d.exec(t, `UPDATE schema_migrations SET dirty = true`)
		require.ErrorIs(t, d.Up(t.Context()), migrations.ErrDirty, "a broken one is not only newer")
	})
}

func TestForceTakesKnownVersions(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d database) {
		require.ErrorContains(t, d.Force(t.Context(), latest+1), "no migration with version")
		require.NoError(t, d.Force(t.Context(), latest))
		d.requireAt(t, latest)
	})
}

func TestFailedMigrationSaysWhy(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d database) {
		d.exec(t, `CREATE TABLE users (id bigint)`)
		err := d.Up(t.Context())
		require.ErrorIs(t, err, migrations.ErrDirty)
		require.ErrorContains(t, err, "0001_users")
		require.ErrorContains(t, err, "already exists")
		require.NotContains(t, err.Error(), "CREATE TABLE", "the text of the file is no help")
		d.exec(t, `DROP TABLE users`)
		require.NoError(t, d.Force(t.Context(), 0))
		require.NoError(t, d.Up(t.Context()))
	})
}

func TestMigrationsInMemory(t *testing.T) {
	t.Parallel()
	s, err := sqlite.Open(t.Context(), sqlite.InMemory)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.SQLite(s.Connector(), s.Path(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
	require.NoError(t, m.Up(t.Context()))
	status, err := m.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, migrations.Status{Current: latest, Latest: latest}, status)
}

func TestEveryStepCanBeTakenBack(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"postgres", "sqlite"} {
		ups, err := filepath.Glob(filepath.Join(engine, "*.up.sql"))
		require.NoError(t, err)
		require.Len(t, ups, latest)
		for _, up := range ups {
			require.FileExists(t, strings.TrimSuffix(up, ".up.sql")+".down.sql")
		}
	}
}
