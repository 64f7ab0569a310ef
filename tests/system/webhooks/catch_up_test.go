package webhooks_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/tests/support/stores"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

const (
	away    = 3    // receivers, which have room for more than one step of the deliveries takes
	waiting = 1000 // tickets, with two events each
)

// hourGoneBy makes what waits for another try due.
func hourGoneBy(t *testing.T, dbURL string, db *sql.DB) {
	t.Helper()
	statement := `UPDATE delivery_lanes SET next_at = next_at - interval '1 hour'`
	if strings.HasPrefix(dbURL, "sqlite:") {
		statement = `UPDATE delivery_lanes SET next_at = next_at - 3600000000`
	}
	require.Eventually(t, func() bool { // the server may be writing
		_, err := db.ExecContext(t.Context(), statement)
		return err == nil
	}, system.Patience, 10*time.Millisecond)
}

// makeEvents creates tickets and closes them.
func makeEvents(t *testing.T, server *system.Server, dbURL string) {
	t.Helper()
	var lines strings.Builder
	for n := range waiting {
		fmt.Fprintf(&lines, `{"title":"Ticket %d","description":"Help"}`+"\n", n)
	}
	file := filepath.Join(t.TempDir(), "tickets.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(lines.String()), 0o600))
	settings := system.Settings(system.On(dbURL))
	status, _, complaint := system.Run(t, settings, "import", "--no-classify", file)
	require.Zero(t, status, complaint)
	var closing sync.WaitGroup
	for worker := range int64(8) {
		closing.Go(func() {
			for id := 1 + worker; id <= waiting; id += 8 {
				path := fmt.Sprint("/tickets/", id)
				res, text, err := server.Ask(t.Context(), http.MethodPatch, path, `{"status":"closed"}`)
				if assert.NoError(t, err) {
					assert.Equal(t, http.StatusOK, res.StatusCode, text)
				}
			}
		})
	}
	closing.Wait()
}

func TestReceiversThatWereAwayAreCaughtUpAndSlowNobodyDown(t *testing.T) {
	t.Parallel()
	test := func(t *testing.T, dbURL string) {
		server := system.Serve(t, system.On(dbURL), local)
		store, db := stores.Open(t, dbURL), system.Open(t, dbURL)
		var back atomic.Bool
		behind := make([]*receiver, away)
		for i := range behind {
			behind[i] = newReceiver(t, func(int64, int) int {
				if back.Load() {
					return http.StatusNoContent
				}
				return http.StatusServiceUnavailable
			})
			behind[i].subscribe(t, store)
		}
		live := newReceiver(t, always(http.StatusNoContent))
		live.subscribe(t, store)
		makeEvents(t, server, dbURL)
		handedOut := func() bool {
			return system.Count(t, db, "deliveries") == (away+1)*2*waiting && len(live.all()) >= 2*waiting
		}
		if !assert.Eventually(t, handedOut, system.Patience, 100*time.Millisecond) {
			require.FailNow(t, "not handed out", "%d deliveries, %d arrived", system.Count(t, db, "deliveries"),
				len(live.all()))
		}

		caughtUp := func() (n int) {
			for _, r := range behind {
				n += len(r.all())
			}
			return n
		}
		back.Store(true)
		hourGoneBy(t, dbURL, db)
		require.Eventually(t, func() bool { return caughtUp() > 0 }, system.Patience, time.Millisecond)
		before := caughtUp()
		id := server.Post(t, "What happens meanwhile").Id
		require.Eventually(t, func() bool { return len(live.types(id)) > 0 }, system.Patience, time.Millisecond)
		t.Logf("the others got %d of %d events meanwhile", caughtUp()-before, away*2*waiting)
		require.Less(t, caughtUp()-before, away*waiting*2/3, "it waited for those who were away")

		for _, r := range behind {
			require.Eventually(t, func() bool {
				hourGoneBy(t, dbURL, db) // for what was still being refused
				return len(r.types(id)) > 0 && len(r.all()) >= 2*waiting+2
			}, system.Patience, time.Second)
			first, _ := arrivals(r.all())
			for id := int64(1); id <= waiting; id++ {
				require.Len(t, first[id], 2)
				require.Equal(t, domain.EventCreated.String(), first[id][0].Type)
				require.Equal(t, domain.EventClosed.String(), first[id][1].Type)
			}
			r.wellFormed(t)
		}
		require.Zero(t, server.Terminate(system.Patience))
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, system.SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		// Events wait for the transactions under way of all databases of a server, also of other tests.
		test(t, testenv.PrivatePostgres(t).URL())
	})
}
