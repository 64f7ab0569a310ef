package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// lease is how long a ticket waits for a server that does not live any more, at least.
const lease = timeout + 15*time.Second

// orphan is a ticket whose classification nobody ended, and a server that has to.
type orphan struct {
	*system.Server
	model  *modelserver.Server
	ticket int64
	calls  int // of the model, with those that were lost
}

// orphans make one each. They are all made before any is waited for, since each waits for the end of a lease.
var orphans = map[string]func(t *testing.T) orphan{
	"a killed server's, by the next start on SQLite": func(t *testing.T) orphan {
		return killed(t, system.SQLite(t), false)
	},
	"a killed server's, by the next start on PostgreSQL": func(t *testing.T) orphan {
		return killed(t, testenv.Postgres(t), false)
	},
	"a killed server's, by another one on SQLite": func(t *testing.T) orphan {
		return killed(t, system.SQLite(t), true)
	},
	"a killed server's, by another one on PostgreSQL": func(t *testing.T) orphan {
		return killed(t, testenv.Postgres(t), true)
	},
	"one whose database was away when the verdict came, by the same server": unsaved,
}

func TestTicketsThatACrashLeavesAreFinished(t *testing.T) {
	t.Parallel()
	left := map[string]orphan{}
	for name, leave := range orphans {
		left[name] = leave(t)
	}
	for name, o := range left {
		t.Run(name, func(t *testing.T) {
			done := o.Settled(t, o.ticket, lease+patience)
			require.Equal(t, client.AIStatusDone, done.AiStatus, o.Log())
			require.Equal(t, client.CategoryBilling, done.Category.MustGet())
			require.Equal(t, client.SourceModel, done.ClassifiedBy.MustGet())
			require.Equal(t, o.calls, o.model.Calls(), "one is enough")
			require.Len(t, o.Tickets(t), 1)
		})
	}
}

// killed kills a server in the middle of a classification. Another one runs already, or starts afterwards.
func killed(t *testing.T, db string, another bool) orphan {
	t.Helper()
	m := modelserver.New(t)
	m.Behave(modelserver.FailFirst(1, modelserver.Slow(time.Hour, 0, modelserver.Right()), modelserver.Right()))
	victim := system.Serve(t, system.On(db), system.Asking(m), system.Timeout(timeout))
	var heir *system.Server
	if another {
		heir = system.Serve(t, system.On(db), system.Asking(m), system.Timeout(timeout))
	}
	inFlight := postInBackground(t, victim, "Refund my invoice")
	called(t, m, 1)
	victim.Kill()
	require.Error(t, (<-inFlight).err)
	if !another {
		heir = system.Serve(t, system.On(db), system.Asking(m), system.Timeout(timeout))
	}
	list := heir.Tickets(t)
	require.Len(t, list, 1)
	require.Equal(t, client.AIStatusPending, list[0].AiStatus, "until the lease ends")
	return orphan{heir, m, list[0].Id, 2}
}

// unsaved takes the database away while the model thinks, and brings it back soon after the answer: the
// server still has the verdict that it paid for.
func unsaved(t *testing.T) orphan {
	t.Helper()
	m := modelserver.New(t)
	m.Behave(modelserver.Slow(timeout*3/4, 0, modelserver.Right()))
	db := testenv.PrivatePostgres(t)
	s := system.Serve(t, system.On(db.URL()), system.Asking(m), system.Timeout(timeout))
	inFlight := postInBackground(t, s, "Refund my invoice")
	called(t, m, 1)
	db.Stop()
	answered := <-inFlight
	require.NoError(t, answered.err, "the ticket is stored, so the answer is 201")
	require.Equal(t, client.AIStatusPending, answered.ticket.AiStatus)
	m.Behave(modelserver.Right())
	db.Start()
	comesBack(t, s)
	return orphan{s, m, answered.ticket.Id, 1}
}
