package api_test

import (
	"bufio"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/process"
)

// colour is an escape sequence of a terminal.
var colour = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestStartInATerminal(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(process.Binary(t), "--port=0")
	cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=" + os.Getenv("PATH"), "TERM=xterm", `LOG_LEVEL="info"`}
	screen, err := pty.Start(cmd)
	require.NoError(t, err)
	t.Cleanup(func() { _ = screen.Close() })
	time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })

	var lines []string
	for shown := bufio.NewScanner(screen); shown.Scan(); {
		line := colour.ReplaceAllString(strings.TrimSpace(shown.Text()), "")
		lines = append(lines, line)
		if strings.Contains(line, "Server running") {
			break
		}
	}
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait())
	all := strings.Join(lines, "\n")
	for _, line := range lines {
		require.Regexp(t, `^\d\d:\d\d:\d\d (INF|WRN) `, line)
		require.Less(t, len(line), 250)
	}
	require.NotContains(t, all, "msg=")
	require.Contains(t, all, "LOG_LEVEL has quotes around its value")
	require.Equal(t, 1, strings.Count(all, "database schema"), all)
	require.Regexp(t, `api=http://localhost:\d+/tickets docs=http://localhost:\d+/docs$`, lines[len(lines)-1])
}
