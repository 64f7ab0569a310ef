//go:build cluster

package cluster_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// 2,000 clients that send nothing, or never the rest, are more than a process with 1,024 descriptors can
// hold. Those that work are served, probes answer, and the log says it.
func TestFewDescriptorsAndManyIdleConnections(t *testing.T) {
	t.Parallel()
	const idle = 2000
	parts := []string{
		"", "GET /tickets HTTP/1.1\r\nHost: h\r\nX-Slow: ",
		"POST /tickets HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{",
		"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n",
	}
	model := modelserver.New(t)
	model.Behave(modelserver.Slow(200*time.Millisecond, 0.5, modelserver.Right()))
	on := system.Settings(system.On(testenv.PrivatePostgres(t).URL()), system.Asking(model))
	p := process.StartBinary(t, "/bin/bash", on,
		"-c", `ulimit -n 1024 && exec "$0" serve`, process.Binary(t))
	s := system.Running(t, p)
	address := strings.TrimPrefix(s.Base, "http://")

	made := make(chan error)
	go func() { // each on a connection of its own
		network := &http.Transport{DisableKeepAlives: true}
		h := &http.Client{Transport: network, Timeout: system.Patience}
		for i := range 200 {
			res, err := h.Post(s.Base+"/tickets", "application/json",
				strings.NewReader(fmt.Sprintf(`{"title": "Ticket %d", "description": "Refund me"}`, i)))
			if err == nil {
				if _, err = io.Copy(io.Discard, res.Body); err == nil && res.StatusCode != http.StatusCreated {
					err = fmt.Errorf("status %d", res.StatusCode)
				}
				_ = res.Body.Close()
			}
			if err != nil {
				made <- fmt.Errorf("ticket %d: %w", i, err)
				return
			}
		}
		made <- nil
	}()
	for i := range idle {
		c, err := net.Dial("tcp", address)
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		_, _ = io.WriteString(c, parts[i%len(parts)]) // it may be closed already
	}
	probe := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		began := time.Now()
		res, err := probe.Get(s.Base + path)
		require.NoError(t, err, path)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusOK, res.StatusCode, path)
		t.Logf("%s after %v", path, time.Since(began))
		if path == "/metrics" {
			require.Regexp(t, `ticketd_http_connections_shed_total\{reason="waiting"\} \d{4}`, string(body))
			require.Contains(t, string(body), "process_max_fds 1024")
		}
	}
	require.NoError(t, <-made, "nobody who worked noticed")
	require.Equal(t, "waiting", p.WaitLog(
		"too many connections; those on which the server waits for the longest are closed",
		system.Patience)["reason"])
	require.Zero(t, p.Terminate(system.Patience))
}
