package testenv_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/testenv"
)

// victim names the environment variable that makes this test binary start servers and wait to be killed.
const victim = "TESTENV_VICTIM"

func TestVictim(t *testing.T) {
	if os.Getenv(victim) == "" {
		return // only a part of the test below
	}
	fmt.Println(testenv.PrivatePostgres(t).URL())
	fmt.Println(testenv.PrivateRedis(t).URL())
	fmt.Println("ready")
	select {}
}

func TestServersEndWithAKilledTestProcess(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	for _, dir := range []string{temp, filepath.Dir(temp)} {
		require.NoError(t, os.Chmod(dir, 0o711)) // PostgreSQL's account must get there if we are root
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$")
	cmd.Env = append(os.Environ(), victim+"=1", "TMPDIR="+temp)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var urls []string
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "ready" {
		if strings.Contains(lines.Text(), "://") {
			urls = append(urls, lines.Text())
		}
	}
	require.Len(t, urls, 2)
	for _, url := range urls {
		require.NoError(t, dial(t.Context(), url))
	}
	require.NotEmpty(t, entries(t, temp))

	require.NoError(t, cmd.Process.Kill())

	require.Error(t, cmd.Wait())
	for _, url := range urls {
		require.Eventually(t, func() bool {
			return dial(t.Context(), url) != nil
		}, time.Minute, 10*time.Millisecond, url)
	}
	require.Eventually(t, func() bool { return len(entries(t, temp)) == 0 }, time.Minute, 10*time.Millisecond)
}

func entries(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	return list
}
