package migrations_test

import (
	"context"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/adapters/sqlite"
	"ticketd/migrations"
	"ticketd/tests/support/testenv"
)

func TestUpAndDown(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d database) {
		d.requireAt(t, 0)
		require.NoError(t, d.Up(t.Context()))
		d.requireAt(t, latest)
		for version := latest - 1; version >= 0; version-- {
			require.NoError(t, d.Down(t.Context(), 1))
			d.requireAt(t, uint(version))
		}
		require.NoError(t, d.Up(t.Context()), "nothing was left behind")
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
		tx, err := d.db.BeginTx(t.Context(), nil) // holds the write lock
		require.NoError(t, err)
		require.NoError(t, d.Up(t.Context()))
		require.NoError(t, tx.Rollback())
	})
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

func TestASchemaThatIsNotThereIsSaid(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(testenv.Postgres(t))
	require.NoError(t, err)
	query := u.Query()
	query.Set("schema", "desk")
	u.RawQuery = query.Encode()
	s, err := postgres.Open(t.Context(), u.String(), postgres.Options{MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.Postgres(s.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.ErrorContains(t, m.Up(t.Context()), "CREATE SCHEMA makes one")
}
