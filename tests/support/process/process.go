// Package process builds the real program and runs it, for tests that look at it from outside.
package process

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startTime bounds the time until a process says that it runs: many tests share few cores.
const startTime = 2 * time.Minute

// build builds the program into Go's build cache, where all test processes share it, and returns its path
// there.
var build = sync.OnceValues(func() (string, error) {
	var path string
	for range 2 { // the first run of a new program names a copy that is gone afterwards
		c := exec.CommandContext(context.Background(), "go", "run", "-exec", "echo", "ticketd/cmd/ticketd")
		out, err := c.Output()
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("%w\n%s", err, failed.Stderr)
		}
		if err != nil {
			return "", fmt.Errorf("go run: %w", err)
		}
		path = strings.TrimSpace(string(out))
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("go run keeps no program in its cache: %s", path)
})

// Binary is the path of the program.
func Binary(t testing.TB) string {
	t.Helper()
	path, err := build()
	require.NoError(t, err)
	return path
}

// Process is a running program.
type Process struct {
	t    testing.TB
	cmd  *exec.Cmd
	done chan struct{}

	mu     sync.Mutex
	lines  []Line
	stderr strings.Builder
	raw    strings.Builder
	grown  chan struct{}
	port   int
}

// Line is one line of the log.
type Line map[string]any

// Start runs the program with nothing in its environment but env and PATH, in an own empty folder unless env
// has PWD. It is killed at the end of the test if it still runs.
//
// A model's server is not woken unless env says so: the call would count among those of the tickets.
func Start(t testing.TB, env map[string]string, args ...string) *Process {
	t.Helper()
	return StartBinary(t, Binary(t), env, args...)
}

// StartBinary is Start for another program than the one in this tree.
func StartBinary(t testing.TB, path string, env map[string]string, args ...string) *Process {
	t.Helper()
	p := &Process{t: t, done: make(chan struct{}), grown: make(chan struct{}, 1)}
	p.cmd = exec.CommandContext(context.Background(), path, args...) //nolint:gosec // the program under test
	p.cmd.Dir = env["PWD"]
	if p.cmd.Dir == "" {
		p.cmd.Dir = t.TempDir()
	}
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.cmd.Dir, "AI_WARMUP_MS=0"}
	for name, value := range env {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	p.cmd.Stderr = writer(func(b []byte) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.stderr.Write(b)
	})
	require.NoError(t, p.cmd.Start())
	go p.read(bufio.NewScanner(stdout))
	t.Cleanup(p.Kill)
	return p
}

type writer func([]byte)

func (w writer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

func (p *Process) read(s *bufio.Scanner) {
	defer close(p.done)
	for s.Scan() {
		var line Line
		p.mu.Lock()
		p.raw.WriteString(s.Text() + "\n")
		if json.Unmarshal(s.Bytes(), &line) == nil {
			p.lines = append(p.lines, line)
			if n, ok := line["port"].(float64); ok {
				p.port = int(n)
			}
		}
		p.mu.Unlock()
		select {
		case p.grown <- struct{}{}:
		default:
		}
	}
	_ = p.cmd.Wait() // the status is read from ProcessState
}

// WaitLog waits until the log has a line with the message and returns it.
func (p *Process) WaitLog(message string, limit time.Duration) Line {
	p.t.Helper()
	deadline := time.After(limit)
	for {
		for _, l := range p.Lines() {
			if l["msg"] == message {
				return l
			}
		}
		select {
		case <-p.grown:
		case <-p.done:
			require.FailNow(p.t, "the process ended", "waiting for %q\n%s\n%s", message, p.Log(), p.Stderr())
		case <-deadline:
			require.FailNow(p.t, "no such line in the log", "%q\n%s\n%s", message, p.Log(), p.Stderr())
		}
	}
}

// URL waits until the server runs and returns its address.
func (p *Process) URL() string {
	p.t.Helper()
	p.WaitLog("Server running", startTime)
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprintf("http://127.0.0.1:%d", p.port)
}

// Lines are the lines of the log so far.
func (p *Process) Lines() []Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Line(nil), p.lines...)
}

// Log is all of standard output so far.
func (p *Process) Log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.raw.String()
}

// Stderr is all of standard error so far.
func (p *Process) Stderr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// PID is the process's number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Kill ends the process by SIGKILL, as a crash does, and waits for its end.
func (p *Process) Kill() { p.signal(os.Kill) }

// Pause freezes the process by SIGSTOP, as the suspension of its machine does, until Resume.
func (p *Process) Pause() { p.send(syscall.SIGSTOP) }

// Resume undoes Pause.
func (p *Process) Resume() { p.send(syscall.SIGCONT) }

// Terminate asks for an orderly end by SIGTERM and returns the exit status.
func (p *Process) Terminate(limit time.Duration) int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		require.ErrorIs(p.t, err, os.ErrProcessDone)
	}
	return p.Wait(limit)
}

// Wait waits for the end and returns the exit status.
func (p *Process) Wait(limit time.Duration) int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(limit):
		require.FailNow(p.t, "the process does not end", "%s\n%s", p.Log(), p.Stderr())
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *Process) signal(s os.Signal) {
	p.send(s)
	<-p.done
}

func (p *Process) send(s os.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("signal %v: %v", s, err)
	}
}
