package import_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
)

// interruptible starts an import of 40 tickets and waits until all verdicts but one are there.
func interruptible(t *testing.T) (path string, p *process.Process) {
	t.Helper()
	s, m := store{system.SQLite(t)}, modelserver.New(t)
	s.migrate(t)
	m.BehaveFor(title(39), modelserver.Slow(time.Hour, 0, modelserver.Right()))
	p = s.start(t, system.Asking(m), "import", "--yes", generate(t, 40, true))
	require.Eventually(t, func() bool {
		return m.Hits() == 40 && m.InFlight() == 1
	}, patience, poll, "%s", p.Stderr())
	return strings.TrimPrefix(s.url, "sqlite://"), p
}

func TestAnImportThatIsInterrupted(t *testing.T) {
	t.Parallel()
	t.Run("stores what is paid for and says how to go on", func(t *testing.T) {
		t.Parallel()
		_, p := interruptible(t)
		require.Equal(t, 1, p.Terminate(patience))
		require.Contains(t, p.Stderr(), "ticketd: interrupted; repeat the same command to go on\n")
		require.Regexp(t, `^[1-9]\d* imported \(`, p.Log())
	})
	t.Run("says what the store said, too", func(t *testing.T) {
		t.Parallel()
		path, p := interruptible(t)
		db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
		require.NoError(t, err)
		defer func() { require.NoError(t, db.Close()) }()
		locked, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, 1, p.Terminate(patience))
		require.NoError(t, locked.Rollback())
		require.Contains(t, p.Stderr(), "ticketd: interrupted\nstore tickets: ")
		require.Contains(t, p.Stderr(), "repeat the same command to go on")
	})
}
