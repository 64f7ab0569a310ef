package upgrade_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
)

func TestAnUpdateUnderLoadLosesNoRequest(t *testing.T) {
	for name, fresh := range map[string]func(*testing.T) database{"postgres": onPostgres, "sqlite": onSQLite} {
		t.Run(name, func(t *testing.T) {
			d, old := fresh(t), previousBinary(t)
			t.Run("by the command", func(t *testing.T) {
				d.back(t, d.newest(t)-previousVersion)
				d.updateUnderLoad(t, old, func() *process.Process {
					status, _, complaint := system.Run(t, system.On(d.url), "migrate", "up")
					require.Zero(t, status, complaint)
					return nil
				})
			})
			t.Run("by another server that starts", func(t *testing.T) {
				d.back(t, d.newest(t)-previousVersion)
				d.updateUnderLoad(t, old, func() *process.Process {
					return system.Serve(t, system.On(d.url)).Process
				})
			})
		})
	}
}

// updateUnderLoad wants every request that a server of the previous program gets before, during and after an
// update to be a success, and what was acknowledged to be stored. What the update started is ended.
func (d database) updateUnderLoad(t *testing.T, old string, update func() *process.Process) {
	t.Helper()
	server := process.StartBinary(t, old, system.Settings(system.On(d.url), system.Env{"MIGRATE": "false"}),
		"serve")
	l := startLoad(t, system.UncheckedAPI(t, server.URL()), 8)
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
		`SELECT count(*) FROM tickets WHERE id = $1 AND status = 'closed' AND ai_status = 'done' AND title LIKE `+
			`'Refund %'`, id).Scan(&n))
	return n
}

// A verdict whose confidence nobody knows is new to the previous program.
func TestThePreviousProgramTakesWhatThisOneWrites(t *testing.T) {
	for name, fresh := range map[string]func(*testing.T) database{"postgres": onPostgres, "sqlite": onSQLite} {
		t.Run(name, func(t *testing.T) {
			d, old := fresh(t), previousBinary(t)
			model := modelserver.New(t)
			silent := modelserver.Right(func(c *modelserver.Completion) {
				c.Content, c.NoLogprobs = `{"category":"billing","priority":"high"}`, true
			})
			model.Behave(silent)
			settings := system.Settings(system.On(d.url), system.Asking(model))
			now := system.Serve(t, settings).API
			before := system.UncheckedAPI(t, process.StartBinary(t, old, settings).URL())
			one := fmt.Sprintf("/tickets/%d", now.Create(t, "Charged twice", "Please refund me").Id)
			require.JSONEq(t, `null`, member(t, now, one, "ai_confidence"))
			require.JSONEq(t, `0`, member(t, before, one, "ai_confidence"), "unsure, and no error")
			for _, path := range []string{
				"/tickets?limit=5", "/tickets?needs_review=true", one + "/classifications", "/stats",
			} {
				read(t, before, path)
			}
			before.Do(t, http.StatusOK, http.MethodPatch, one, `{"confirmed":true}`)
			read(t, before, "/stats")
			read(t, now, "/stats")
			require.JSONEq(t, `null`, member(t, now, one, "ai_confidence"))
			// The previous program leaves the mark of an unknown confidence beside the figure that it writes.
			model.Behave(modelserver.Right())
			before.Do(t, http.StatusOK, http.MethodPost, one+"/classify", "")
			known := member(t, before, one, "ai_confidence")
			require.NotContains(t, []string{"0", "null"}, known)
			require.JSONEq(t, known, member(t, now, one, "ai_confidence"))
			model.Behave(silent)
			now.Do(t, http.StatusOK, http.MethodPost, one+"/classify", "")
			require.JSONEq(t, `null`, member(t, now, one, "ai_confidence"))
			require.JSONEq(t, `0`, member(t, before, one, "ai_confidence"))
			before.Do(t, http.StatusOK, http.MethodPatch, one, `{"category":"technical"}`)
			require.JSONEq(t, `"human"`, member(t, now, one, "classified_by"))
		})
	}
}

// The previous program knows neither when a ticket changed nor when it was closed, and deletes none.
func TestThePreviousProgramClosesReopensAndMissesTickets(t *testing.T) {
	for name, fresh := range map[string]func(*testing.T) database{"postgres": onPostgres, "sqlite": onSQLite} {
		t.Run(name, func(t *testing.T) {
			d, old := fresh(t), previousBinary(t)
			settings := system.Settings(system.On(d.url))
			now := system.Serve(t, settings).API
			before := system.UncheckedAPI(t, process.StartBinary(t, old, settings).URL())
			one := fmt.Sprintf("/tickets/%d", now.Create(t, "Charged twice", "Please refund me").Id)
			now.Do(t, http.StatusOK, http.MethodPatch, one, `{"status":"closed"}`)
			changed := member(t, now, one, "updated_at")
			before.Do(t, http.StatusOK, http.MethodPatch, one, `{"status":"open"}`)
			require.JSONEq(t, `"open"`, member(t, now, one, "status"))
			require.JSONEq(t, changed, member(t, now, one, "updated_at"), "the best known")
			now.Do(t, http.StatusOK, http.MethodPatch, one, `{"confirmed":true}`)
			require.Zero(t, d.count(t, `tickets WHERE closed_at IS NOT NULL`), "nothing is left of the first closing")
			before.Do(t, http.StatusOK, http.MethodPatch, one, `{"status":"closed","category":"technical"}`)
			require.JSONEq(t, `"corrected"`, member(t, now, one, "review"))

			other := fmt.Sprintf("/tickets/%d", before.Create(t, "Charged twice", "Please refund me").Id)
			require.JSONEq(t, member(t, now, other, "created_at"), member(t, now, other, "updated_at"))
			now.Do(t, http.StatusNoContent, http.MethodDelete, other, "")
			before.Do(t, http.StatusNotFound, http.MethodGet, other, "")
		})
	}
}

func read(t *testing.T, s *system.API, path string) string {
	t.Helper()
	return s.Do(t, http.StatusOK, http.MethodGet, path, "")
}

func member(t *testing.T, s *system.API, path, name string) string {
	t.Helper()
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(read(t, s, path)), &all))
	return string(all[name])
}
