package upgrade_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
)

func TestAnUpdateUnderLoadLosesNoRequest(t *testing.T) {
	for name, fresh := range map[string]func(*testing.T) database{"postgres": onPostgres, "sqlite": onSQLite} {
		t.Run(name, func(t *testing.T) {
			d, old := fresh(t), previousBinary(t)
			t.Run("by the command", func(t *testing.T) {
				d.back(t, d.newest(t)-previousVersion)
				d.updateUnderLoad(t, old, func() *process.Process {
					p := d.start(t, "true", "migrate", "up")
					require.Zero(t, p.Wait(patience), p.Stderr())
					return nil
				})
			})
			t.Run("by another server that starts", func(t *testing.T) {
				d.back(t, d.newest(t)-previousVersion)
				d.updateUnderLoad(t, old, func() *process.Process {
					p := d.start(t, "true", "serve")
					p.URL()
					return p
				})
			})
		})
	}
}

// updateUnderLoad wants every request that a server of the previous program gets before, during and after an update to be a success, and
// what was acknowledged to be stored. What the update started is ended.
func (d database) updateUnderLoad(t *testing.T, old string, update func() *process.Process) {
	t.Helper()
	server := d.startBinary(t, old, "false", "serve")
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
			env := map[string]string{
				"DB_URL": d.url, "PORT": "0", "RATE_LIMIT_MAX_REQUESTS": "0", "OPENAI_API_KEY": modelserver.Key, "OPENAI_BASE_URL": model.URL(),
			}
			now := process.Start(t, env)
			before := process.StartBinary(t, old, env)
			id := post(t, now.URL(), `{"title":"Charged twice","description":"Please refund me"}`)
			one := fmt.Sprintf("/tickets/%d", id)
			require.JSONEq(t, `null`, member(t, now.URL()+one, "ai_confidence"))
			require.JSONEq(t, `0`, member(t, before.URL()+one, "ai_confidence"), "unsure, and no error")
			for _, path := range []string{"/tickets?limit=5", "/tickets?needs_review=true", one + "/classifications", "/stats"} {
				get(t, before.URL()+path)
			}
			patch(t, before.URL()+one, `{"confirmed":true}`)
			get(t, before.URL()+"/stats")
			get(t, now.URL()+"/stats")
			require.JSONEq(t, `null`, member(t, now.URL()+one, "ai_confidence"))
			// The previous program leaves the mark of an unknown confidence beside the figure that it writes.
			model.Behave(modelserver.Right())
			send(t, http.MethodPost, before.URL()+one+"/classify", "", http.StatusOK)
			known := member(t, before.URL()+one, "ai_confidence")
			require.NotContains(t, []string{"0", "null"}, known)
			require.JSONEq(t, known, member(t, now.URL()+one, "ai_confidence"))
			model.Behave(silent)
			send(t, http.MethodPost, now.URL()+one+"/classify", "", http.StatusOK)
			require.JSONEq(t, `null`, member(t, now.URL()+one, "ai_confidence"))
			require.JSONEq(t, `0`, member(t, before.URL()+one, "ai_confidence"))
			patch(t, before.URL()+one, `{"category":"technical"}`)
			require.JSONEq(t, `"human"`, member(t, now.URL()+one, "classified_by"))
		})
	}
}

func send(t *testing.T, method, url, body string, status int) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, status, res.StatusCode, "%s %s: %s", method, url, answer)
	return answer
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	return send(t, http.MethodGet, url, "", http.StatusOK)
}

func patch(t *testing.T, url, body string) { send(t, http.MethodPatch, url, body, http.StatusOK) }

func post(t *testing.T, url, body string) (id int64) {
	t.Helper()
	var made struct {
		ID int64 `json:"id"`
	}
	require.NoError(t, json.Unmarshal(send(t, http.MethodPost, url+"/tickets", body, http.StatusCreated), &made))
	return made.ID
}

func member(t *testing.T, url, name string) string {
	t.Helper()
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(get(t, url), &all))
	return string(all[name])
}
