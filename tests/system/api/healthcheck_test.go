package api_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/process"
)

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	ask := func(t *testing.T, settings env, args ...string) (status int, said string) {
		t.Helper()
		p := process.Start(t, settings, append([]string{"healthcheck"}, args...)...)
		return p.Wait(patience), p.Log() + p.Stderr()
	}
	s := serve(t, env{"SHUTDOWN_DELAY_MS": "5000"})
	_, port, _ := strings.Cut(strings.TrimPrefix(s.url, "http://"), ":")

	for _, settings := range []env{{"PORT": port}, {"PORT": "1", "WORKER_PORT": port}} {
		status, said := ask(t, settings)
		require.Zero(t, status, said)
		require.Empty(t, said)
	}
	status, said := ask(t, nil, "--url", s.url+"/nowhere")
	require.Equal(t, 1, status)
	require.Contains(t, said, "404")
	status, said = ask(t, env{"PORT": "1"})
	require.Equal(t, 1, status)
	require.Contains(t, said, "127.0.0.1:1")

	s.stop(t)
	status, said = ask(t, env{"PORT": port})
	require.Equal(t, 1, status)
	require.Contains(t, said, "503", "it is ready no more")
	require.Zero(t, s.Wait(patience))
}
