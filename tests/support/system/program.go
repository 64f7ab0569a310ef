package system

import (
	"fmt"
	"testing"
	"time"

	"ticketd/tests/support/process"
)

// commandTime bounds a command: an import of 100,000 tickets takes minutes on two busy cores.
const commandTime = 8 * time.Minute

// Server is a running server and its API.
type Server struct {
	*process.Process
	*API
}

// Serve starts a server with Settings and waits until it serves.
func Serve(t testing.TB, settings ...Env) *Server {
	t.Helper()
	return Running(t, Launch(t, settings...))
}

// Launch is Serve that does not wait.
func Launch(t testing.TB, settings ...Env) *process.Process {
	t.Helper()
	return process.Start(t, Settings(settings...), "serve")
}

// Running waits until a server that was started serves. What it complains of is shown if the test fails.
func Running(t testing.TB, p *process.Process) *Server {
	t.Helper()
	showComplaints(t, p)
	return &Server{p, NewAPI(t, p.URL())}
}

// Work starts a worker and waits until it runs.
func Work(t testing.TB, settings ...Env) *process.Process {
	t.Helper()
	w := process.Start(t, Settings(settings...), "worker")
	showComplaints(t, w)
	w.WaitLog("Worker running", Patience)
	return w
}

// WorkerURL is the address of a worker's probes.
func WorkerURL(w *process.Process) string {
	return fmt.Sprintf("http://127.0.0.1:%.0f", w.WaitLog("Worker running", Patience)["port"])
}

// Run runs a command to its end and returns its status and what it wrote.
func Run(t testing.TB, settings Env, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	p := process.Start(t, settings, args...)
	status = p.Wait(commandTime)
	return status, p.Log(), p.Stderr()
}

func showComplaints(t testing.TB, p *process.Process) {
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		for _, line := range p.Lines() {
			if line["level"] == "warn" || line["level"] == "error" {
				t.Log(line)
			}
		}
	})
}
