package api_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
)

// held lets the model answer after delay ± jitter, a share of it, but not before the returned function is
// called.
func held(t *testing.T, m *modelserver.Server, delay time.Duration, jitter float64) (release func()) {
	t.Helper()
	gate := make(chan struct{})
	release = sync.OnceFunc(func() { close(gate) })
	t.Cleanup(release)
	answer := modelserver.Slow(delay, jitter, modelserver.Right())
	m.Behave(func(c modelserver.Call) modelserver.Reply {
		<-gate
		return answer(c)
	})
	return release
}

// stop sends SIGTERM and waits until the server has taken notice.
func stop(t *testing.T, s *system.Server) {
	t.Helper()
	require.NoError(t, syscall.Kill(s.PID(), syscall.SIGTERM))
	s.WaitLog("Server stopping", patience)
}

// refuses waits until the server takes no new connection.
func refuses(t *testing.T, s *system.Server) {
	t.Helper()
	require.Eventually(t, func() bool {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.Base, "http://"))
		if err == nil {
			require.NoError(t, c.Close())
		}
		return err != nil
	}, patience, time.Millisecond)
}

func TestAStopWithAThousandRequestsInFlight(t *testing.T) {
	t.Parallel()
	const all, wave = 1000, 100
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		m := modelserver.New(t)
		release := held(t, m, 5*time.Second, 0.8) // one after the other, as models answer
		db := fresh(t)
		s := system.Serve(t, system.On(db), system.Asking(m), system.Timeout(2*time.Minute))
		var inFlight []<-chan posted
		for len(inFlight) < all {
			for range wave {
				inFlight = append(inFlight, postInBackground(t, s, fmt.Sprintf("Refund invoice %d", len(inFlight))))
			}
			called(t, m, len(inFlight))
		}
		require.Equal(t, all, m.InFlight())

		stop(t, s)
		refuses(t, s)
		release()
		require.Zero(t, s.Wait(patience), s.Stderr())

		ids := map[int64]bool{}
		for i, one := range inFlight {
			answered := <-one
			require.NoError(t, answered.err)
			require.Equal(t, fmt.Sprintf("Refund invoice %d", i), answered.ticket.Title)
			require.Equal(t, client.AIStatusDone, answered.ticket.AiStatus)
			require.Equal(t, client.CategoryBilling, answered.ticket.Category.MustGet())
			ids[answered.ticket.Id] = true
		}
		require.Len(t, ids, all)
		inside := system.Open(t, db)
		require.Equal(t, all, system.Count(t, inside,
			`tickets WHERE ai_status = 'done' AND category = 'billing' AND classified_by = 'model'`))
		require.Equal(t, all, system.Count(t, inside, `tickets`))
		require.Empty(t, s.Stderr())
	})
}

func TestAStopThatALoadBalancerSeesComing(t *testing.T) {
	t.Parallel()
	m := modelserver.New(t)
	release := held(t, m, 1500*time.Millisecond, 0.33)
	s := system.Serve(t, system.Asking(m), system.Timeout(time.Minute), env{"SHUTDOWN_DELAY_MS": "5000"})
	before, _ := s.Get(t, "/readyz")
	require.Equal(t, http.StatusOK, before.StatusCode)
	require.False(t, before.Close)
	inFlight := postInBackground(t, s, "Refund my invoice")
	called(t, m, 1)

	stop(t, s)

	unready, body := s.Get(t, "/readyz")
	require.Equal(t, http.StatusServiceUnavailable, unready.StatusCode)
	require.Contains(t, body, "not_ready")
	require.True(t, unready.Close, "whoever kept his connection open is sent elsewhere")
	alive, _ := s.Get(t, "/healthz")
	require.Equal(t, http.StatusOK, alive.StatusCode, "nobody shall kill it")
	late := postInBackground(t, s, "Refund my other invoice")
	called(t, m, 2)
	refuses(t, s)
	release()
	for _, one := range []<-chan posted{inFlight, late} {
		answered := <-one
		require.NoError(t, answered.err)
		require.Equal(t, client.AIStatusDone, answered.ticket.AiStatus)
	}
	require.Zero(t, s.Wait(patience), s.Stderr())
}
