package api_test

import (
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
)

// posted is how a request in the background ended.
type posted struct {
	ticket client.Ticket
	err    error
}

func postInBackground(t *testing.T, s *system.Server, title string) <-chan posted {
	t.Helper()
	done := make(chan posted, 1)
	go func() {
		made, err := s.TryPost(t.Context(), title, system.Description)
		done <- posted{made, err}
	}()
	return done
}

func TestAnOrderlyStop(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		m := modelserver.New(t)
		m.Behave(modelserver.Slow(time.Second, 0, modelserver.Right()))
		s := system.Serve(t, system.On(fresh(t)), system.Asking(m))
		inFlight := postInBackground(t, s, "Refund my invoice")
		called(t, m, 1)

		require.Zero(t, s.Terminate(patience))

		answered := <-inFlight
		require.NoError(t, answered.err)
		require.Equal(t, client.AIStatusDone, answered.ticket.AiStatus)
		require.Equal(t, client.CategoryBilling, answered.ticket.Category.MustGet())
		s.WaitLog("Server stopped", 0)
		require.Empty(t, s.Stderr())
	})
}

func TestAStopThatTakesTooLong(t *testing.T) {
	t.Parallel()
	m := modelserver.New(t)
	m.Behave(modelserver.Slow(time.Hour, 0, modelserver.Right()))
	s := system.Serve(t, system.Asking(m), system.Timeout(3*time.Second), env{"SHUTDOWN_TIMEOUT_MS": "100"})
	inFlight := postInBackground(t, s, "Refund my invoice")
	called(t, m, 1)

	require.Equal(t, 1, s.Terminate(patience))

	require.Contains(t, s.Stderr(), "SHUTDOWN_TIMEOUT_MS")
	require.Error(t, (<-inFlight).err)
}

func TestAPortThatIsTaken(t *testing.T) {
	t.Parallel()
	first := system.Serve(t)
	port := first.Base[len("http://127.0.0.1:"):]
	second := system.Launch(t, env{"PORT": port})
	require.Equal(t, 1, second.Wait(patience))
	require.Contains(t, second.Stderr(), "cannot listen on port "+port)
	require.Contains(t, second.Stderr(), "PORT")
	res, _ := first.Get(t, "/healthz")
	require.Equal(t, http.StatusOK, res.StatusCode)
}

func TestASecondSignalEndsTheProgramAtOnce(t *testing.T) {
	t.Parallel()
	m := modelserver.New(t)
	m.Behave(modelserver.Slow(time.Hour, 0, modelserver.Right()))
	s := system.Serve(t, system.Asking(m), system.Timeout(time.Minute))
	inFlight := postInBackground(t, s, "Refund my invoice")
	called(t, m, 1)
	require.NoError(t, syscall.Kill(s.PID(), syscall.SIGTERM))
	s.WaitLog("Server stopping", patience)
	require.Equal(t, -1, s.Terminate(patience), "ended by the signal itself")
	require.Error(t, (<-inFlight).err)
}
