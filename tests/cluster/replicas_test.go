//go:build cluster

package cluster_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/ports"
	"ticketd/tests/support/system"
)

// pollEvery is how often a test looks for what comes soon.
const pollEvery = 20 * time.Millisecond

// Two processes behind a balancer, and clients without keys that write to one and read from the other at
// once.
func TestWhoWroteReadsItWhateverBecomesOfTheReplica(t *testing.T) {
	t.Parallel()
	primary := newPrimary(t)
	p := newStandby(t, primary)
	settings := system.Join(system.On(primary.URL()), system.Env{"DB_READ_URL": p.URL(), "DB_MAX_CONNS": "8"})
	servers := []*system.Server{system.Serve(t, settings), system.Serve(t, settings)}
	load := startWriters(t, servers)
	load.passes(t, "replica", ports.ByReplica)

	on(t, p.URL(), `SELECT pg_wal_replay_pause()`)
	load.passes(t, "replay is paused", ports.ReplicaBehind)
	on(t, p.URL(), `SELECT pg_wal_replay_resume()`)
	load.passes(t, "replay goes on", ports.ByReplica)

	p.Pause()
	load.passes(t, "the replica is frozen", ports.ReplicaAway)
	p.Resume()
	load.passes(t, "the replica is thawed", ports.ByReplica)

	p.Kill()
	load.passes(t, "the replica is killed", ports.ReplicaAway)
	for _, s := range servers {
		require.Equal(t, http.StatusOK, status(t, s, "/readyz"))
		s.WaitLog("the primary answers the reads of a replica", system.Patience)
	}
	p.Start()
	load.passes(t, "the replica is back", ports.ByReplica)
	for _, s := range servers {
		s.WaitLog("a replica answers reads again", system.Patience)
	}

	on(t, p.URL(), `SELECT pg_promote()`)
	load.passes(t, "the replica is a primary itself", ports.ReplicaUnfit)
	load.stop(t)
}

// writers are clients that check after each write that they see it.
type writers struct {
	servers []*system.Server
	end     context.CancelFunc
	done    sync.WaitGroup
	rounds  atomic.Int64
	missed  chan string
}

const writerCount = 12

func startWriters(t *testing.T, servers []*system.Server) *writers {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	w := &writers{servers: servers, end: end, missed: make(chan string, writerCount)}
	for n := range writerCount {
		w.done.Go(func() {
			for round := 0; ctx.Err() == nil; round++ {
				if missed := w.round(ctx, n, round); missed != "" && ctx.Err() == nil {
					w.missed <- missed
					return
				}
				w.rounds.Add(1)
			}
		})
	}
	t.Cleanup(func() {
		end()
		w.done.Wait()
	})
	return w
}

// round returns what a client misses of its own writes.
func (w *writers) round(ctx context.Context, client, round int) string {
	word := fmt.Sprintf("c%dr%d", client, round)
	one, other := w.servers[round%2], w.servers[1-round%2]
	ask := func(s *system.Server, method, path, body string) (status int, text string) {
		res, text, err := s.Ask(ctx, method, path, body)
		if err != nil {
			return 0, err.Error()
		}
		return res.StatusCode, text
	}
	body := `{"title":"` + word + `","description":"My card was charged"}`
	code, made := ask(one, http.MethodPost, "/tickets", body)
	var ticket struct{ ID int64 }
	if err := json.Unmarshal([]byte(made), &ticket); err != nil || code != http.StatusCreated {
		return made
	}
	path := "/tickets/" + strconv.FormatInt(ticket.ID, 10)
	for _, step := range []struct {
		on           *system.Server
		method, path string
		body         string
		status       int
		has, lacks   string
	}{
		{other, "GET", "/tickets?q=" + word, "", 200, word, ""},
		{other, "GET", path + "/classifications", "", 200, `"local"`, ""},
		{other, "PATCH", path, `{"status":"closed"}`, 200, "closed", ""},
		{one, "GET", "/tickets?limit=1&status=closed&q=" + word, "", 200, word, ""},
		{one, "GET", path + "/events", "", 200, "ticket.closed", ""},
		{one, "DELETE", path, "", 204, "", ""},
		{other, "GET", "/tickets?limit=100", "", 200, `"data"`, `"` + word + `"`},
		{other, "GET", path + "/events", "", 200, "ticket.deleted", ""},
	} {
		code, text := ask(step.on, step.method, step.path, step.body)
		if code != step.status || !strings.Contains(text, step.has) ||
			step.lacks != "" && strings.Contains(text, step.lacks) {
			return fmt.Sprintf("%s %s: %d %s", step.method, step.path, code, text)
		}
	}
	return ""
}

// passes waits until both processes have had reads answered so, and every client has gone on.
func (w *writers) passes(t *testing.T, situation string, by ports.ReadBy) {
	t.Helper()
	const enough = 50
	rounds := w.rounds.Load()
	var before []float64
	for _, s := range w.servers {
		before = append(before, readsBy(t, s, by))
	}
	require.Eventually(t, func() bool {
		if len(w.missed) > 0 {
			return true
		}
		for i, s := range w.servers {
			if readsBy(t, s, by) < before[i]+enough {
				return false
			}
		}
		return w.rounds.Load() > rounds+4*writerCount
	}, system.Patience, 10*pollEvery, situation)
	w.sound(t, situation)
}

func (w *writers) sound(t *testing.T, situation string) {
	t.Helper()
	select {
	case missed := <-w.missed:
		require.FailNow(t, situation, missed)
	default:
	}
}

func (w *writers) stop(t *testing.T) {
	t.Helper()
	w.end()
	w.done.Wait()
	w.sound(t, "the end")
}

// readsBy is how many reads of a server were answered so.
func readsBy(t *testing.T, s *system.Server, by ports.ReadBy) float64 {
	t.Helper()
	_, page := s.Get(t, "/metrics")
	series := regexp.MustCompile(`(?m)^ticketd_replica_reads_total\{by="` + string(by) + `"\} (\S+)$`)
	found := series.FindStringSubmatch(page)
	require.NotNil(t, found, "%s", by)
	n, err := strconv.ParseFloat(found[1], 64)
	require.NoError(t, err)
	return n
}

func status(t *testing.T, s *system.Server, path string) int {
	t.Helper()
	res, _ := s.Get(t, path)
	return res.StatusCode
}
