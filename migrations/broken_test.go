package migrations_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/migrations"
)

func TestCutOffMigrationIsRepaired(t *testing.T) {
	t.Parallel()
	t.Run("of which nothing took effect", func(t *testing.T) {
		t.Parallel()
		onBoth(t, func(t *testing.T, d database) {
			require.NoError(t, d.Up(t.Context()))
			require.NoError(t, d.Down(t.Context(), latest-1))
			// as golang-migrate does before it starts
			d.exec(t, `UPDATE schema_migrations SET version = 2, dirty = true`)
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

func TestFailedStepChangesNothing(t *testing.T) {
	t.Parallel()
	t.Run("and says why", func(t *testing.T) {
		t.Parallel()
		onBoth(t, func(t *testing.T, d database) {
			d.exec(t, `CREATE TABLE users (id bigint)`)
			err := d.Up(t.Context())
			require.ErrorContains(t, err, "0001_users")
			require.ErrorContains(t, err, "already exists")
			require.NotContains(t, err.Error(), "CREATE TABLE", "the text of the file is no help")
			d.requireAt(t, 0)
			d.exec(t, `DROP TABLE users`)
			require.NoError(t, d.Up(t.Context()))
			d.requireAt(t, latest)
		})
	})
	t.Run("if its last statement fails", func(t *testing.T) {
		t.Parallel()
		onBoth(t, func(t *testing.T, d database) {
			require.NoError(t, d.Up(t.Context()))
			require.NoError(t, d.Down(t.Context(), latest-1))
			d.exec(t, `CREATE INDEX tickets_work ON users (id)`)
			require.ErrorContains(t, d.Up(t.Context()), "tickets_work")
			d.requireAt(t, 1)
			d.exec(t, `DROP INDEX tickets_work`)
			require.NoError(t, d.Up(t.Context()))
			d.requireAt(t, latest)
		})
	})
	t.Run("on the way down", func(t *testing.T) {
		t.Parallel()
		onBoth(t, func(t *testing.T, d database) {
			require.NoError(t, d.Up(t.Context()))
			require.NoError(t, d.Down(t.Context(), latest-6))
			d.exec(t, `DROP TABLE import_keys`)
			require.ErrorContains(t, d.Down(t.Context(), 1), "0006_import_keys")
			d.requireAt(t, 6)
		})
	})
}

func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	d := onPostgres(t)
	require.NoError(t, d.Up(t.Context()))
	require.NoError(t, d.Down(t.Context(), latest-1))
	tx := d.begin(t, `LOCK TABLE users`, nil) // tickets refer to users, so the step stops there
	result := d.inBackground(t.Context())
	d.kill(t, d.waiting(t, "%CREATE TABLE tickets%"))
	require.ErrorContains(t, <-result, "0002_tickets")
	require.NoError(t, tx.Rollback())

	d.requireAt(t, 1)
	require.NoError(t, d.Up(t.Context()))
	d.requireAt(t, latest)
}

func TestStoppedInTheMiddle(t *testing.T) {
	t.Parallel()
	d := onPostgres(t)
	require.NoError(t, d.Up(t.Context()))
	require.NoError(t, d.Down(t.Context(), latest-1))
	tx := d.begin(t, `LOCK TABLE users`, nil)
	ctx, cancel := context.WithCancel(t.Context())
	result := d.inBackground(ctx)
	d.waiting(t, "%CREATE TABLE tickets%")
	cancel()
	require.ErrorIs(t, <-result, context.Canceled)
	require.NoError(t, tx.Rollback())

	d.requireAt(t, 1)
	require.NoError(t, d.Up(t.Context()))
}

func TestTableInUseIsWaitedFor(t *testing.T) {
	t.Parallel()
	const again = "the running program goes first"
	onBoth(t, func(t *testing.T, d database) {
		require.NoError(t, d.Up(t.Context()))
		require.NoError(t, d.Down(t.Context(), latest-1))
		tx := d.begin(t, `UPDATE users SET name = name`, nil) // a writer that the foreign key of tickets waits for
		result := d.inBackground(t.Context())
		require.Eventually(t, func() bool { return strings.Contains(d.log.String(), again) }, patience, poll)
		d.requireAt(t, 1)
		require.NoError(t, tx.Rollback())
		require.NoError(t, <-result)
		d.requireAt(t, latest)
	})
}
