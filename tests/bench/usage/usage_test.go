package usage_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/bench/usage"
)

// The fields from the fourth on: parent, group, session, terminal, its group, flags, four kinds of faults,
// then four times.
const stat = `4711 (postgres: a) (b)) S 42 1 1 0 -1 4194560 100 200 3 4 150 50 2000 1000 20 0 1 0 ` +
	`123 1000 200`

func TestParseStat(t *testing.T) {
	t.Parallel()

	t.Run("a command may have brackets and blanks in it", func(t *testing.T) {
		t.Parallel()
		s, err := usage.ParseStat(stat)
		require.NoError(t, err)
		require.Equal(t, usage.Stat{
			Command: "postgres: a) (b)", Parent: 42, Own: 2 * time.Second, Children: 30 * time.Second,
		}, s)
	})

	for name, text := range map[string]string{
		"empty":                    "",
		"cut off":                  "4711 (postgres) S 42 1 1 0 -1",
		"brackets the wrong way":   ")4711(",
		"a time that is no number": `4711 (postgres) S 42 1 1 0 -1 4194560 100 200 3 4 x 50 2000 1000 20`,
	} {
		t.Run(name+" is an error", func(t *testing.T) {
			t.Parallel()
			_, err := usage.ParseStat(text)
			require.Error(t, err)
		})
	}
}

func TestParseMachine(t *testing.T) {
	t.Parallel()

	t.Run("neither idle time nor waiting for disks nor guests count as work", func(t *testing.T) {
		t.Parallel()
		busy,
			err := usage.ParseMachine("cpu  100 200 300 999999 888888 1 2 97 777 666\ncpu0 1 2 3 4 5 6 7 8 9 10\n")
		require.NoError(t, err)
		require.Equal(t, 7*time.Second, busy)
	})

	t.Run("anything else is an error", func(t *testing.T) {
		t.Parallel()
		_, err := usage.ParseMachine("intr 1 2 3 4 5 6 7 8 9 10")
		require.Error(t, err)
	})
}

func TestParsePeak(t *testing.T) {
	t.Parallel()

	t.Run("it is the resident size's peak in bytes", func(t *testing.T) {
		t.Parallel()
		peak, err := usage.ParsePeak("VmPeak:\t 1990616 kB\nVmHWM:\t   48128 kB\nVmRSS:\t   40000 kB\n")
		require.NoError(t, err)
		require.Equal(t, int64(47<<20), peak)
	})

	t.Run("a kernel's process has none", func(t *testing.T) {
		t.Parallel()
		_, err := usage.ParsePeak("Name:\tkthreadd\n")
		require.Error(t, err)
	})
}

func TestOfFamily(t *testing.T) {
	t.Parallel()

	t.Run("a child counts while it lives and after it was waited for", func(t *testing.T) {
		t.Parallel()
		// The shell stays, its first child ends after some work, and the second one works on until its input ends.
		const script = `sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; echo ready; read -r line`
		cmd := exec.Command("sh", "-c", script)
		in, err := cmd.StdinPipe()
		require.NoError(t, err)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		_, err = out.Read(make([]byte, 6))
		require.NoError(t, err)
		own, err := usage.OfProcess(cmd.Process.Pid)
		require.NoError(t, err)
		family, err := usage.OfFamily(cmd.Process.Pid)
		require.NoError(t, err)
		require.Greater(t, family, own)
		require.NoError(t, in.Close())
		require.Error(t, cmd.Wait(), "read fails at the end of its input")
	})

	t.Run("a child that works counts", func(t *testing.T) {
		t.Parallel()
		cmd := exec.Command("sh", "-c", `while :; do :; done`)
		require.NoError(t, cmd.Start())
		defer cmd.Wait()
		defer cmd.Process.Kill()
		require.Eventually(t, func() bool {
			child, err := usage.OfProcess(cmd.Process.Pid)
			if err != nil || child == 0 {
				return false
			}
			family, err := usage.OfFamily(os.Getpid())
			return err == nil && family >= child
		}, 20*time.Second, 10*time.Millisecond)
	})

	t.Run("a process that is gone is an error", func(t *testing.T) {
		t.Parallel()
		_, err := usage.OfFamily(1 << 30)
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}

func TestPeakMemory(t *testing.T) {
	t.Parallel()
	peak, err := usage.PeakMemory(os.Getpid())
	require.NoError(t, err)
	require.Greater(t, peak, int64(1<<20))
}
