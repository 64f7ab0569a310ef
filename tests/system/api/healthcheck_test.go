package api_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/system"
)

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	ask := func(t *testing.T, settings env, args ...string) (status int, said string) {
		t.Helper()
		status, out, errs := system.Run(t, settings, append([]string{"healthcheck"}, args...)...)
		return status, out + errs
	}
	s := system.Serve(t, env{"SHUTDOWN_DELAY_MS": "5000"})
	_, port, _ := strings.Cut(strings.TrimPrefix(s.Base, "http://"), ":")

	for _, settings := range []env{{"PORT": port}, {"PORT": "1", "WORKER_PORT": port}} {
		status, said := ask(t, settings)
		require.Zero(t, status, said)
		require.Empty(t, said)
	}
	status, said := ask(t, nil, "--url", s.Base+"/nowhere")
	require.Equal(t, 1, status)
	require.Contains(t, said, "404")
	status, said = ask(t, env{"PORT": "1"})
	require.Equal(t, 1, status)
	require.Contains(t, said, "127.0.0.1:1")

	stop(t, s)
	status, said = ask(t, env{"PORT": port})
	require.Equal(t, 1, status)
	require.Contains(t, said, "503", "it is ready no more")
	require.Zero(t, s.Wait(patience))
}
