package upgrade_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/process"
)

// beforeTheIndexes is the version before the first index that is made beside a running server.
const beforeTheIndexes = 6

func TestAnUpdateUnderLoadLosesNoRequest(t *testing.T) {
	for name, fresh := range map[string]func(*testing.T) database{"postgres": onPostgres, "sqlite": onSQLite} {
		t.Run(name, func(t *testing.T) {
			d := fresh(t)
			t.Run("by the command, from the version before the newest", func(t *testing.T) {
				d.back(t, 1)
				d.updateUnderLoad(t, func() *process.Process {
					p := d.start(t, "true", "migrate", "up")
					require.Zero(t, p.Wait(patience), p.Stderr())
					return nil
				})
			})
			t.Run("by another server that starts, from the version before the indexes", func(t *testing.T) {
				d.back(t, d.newest(t)-beforeTheIndexes)
				d.updateUnderLoad(t, func() *process.Process {
					p := d.start(t, "true", "serve")
					p.URL()
					return p
				})
			})
		})
	}
}

// updateUnderLoad wants every request that a server on the older schema gets before, during and after an update to be a success, and
// what was acknowledged to be stored. What the update started is ended.
func (d database) updateUnderLoad(t *testing.T, update func() *process.Process) {
	t.Helper()
	server := d.start(t, "false", "serve")
	l := startLoad(t, server.URL(), 8)
	l.more(t, 100)

	before, began := l.answers.Load(), time.Now()
	started := update()
	took, during := time.Since(began), l.answers.Load()-before
	d.requireNewest(t)
	require.Positive(t, during, "there was load")

	l.more(t, 100)
	l.end()
	t.Logf("%v, %d answers meanwhile, the slowest of all %v", took, during, l.longest)
	require.Empty(t, l.failures)
	require.NotEmpty(t, l.closed)
	for _, id := range l.closed {
		require.Equal(t, 1, d.countTicket(t, id), "ticket %d was acknowledged", id)
	}
	for _, p := range []*process.Process{server, started} {
		if p != nil {
			require.Zero(t, p.Terminate(patience), p.Stderr())
		}
	}
}

// countTicket finds a ticket as its last acknowledgement had it.
func (d database) countTicket(t *testing.T, id int64) (n int) {
	t.Helper()
	require.NoError(t, d.db.QueryRowContext(t.Context(),
		`SELECT count(*) FROM tickets WHERE id = $1 AND status = 'closed' AND ai_status = 'done' AND title LIKE 'Refund %'`, id).Scan(&n))
	return n
}
