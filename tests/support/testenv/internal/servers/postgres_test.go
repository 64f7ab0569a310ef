package servers_test

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/testenv/internal/servers"
)

const noServer = "127.0.0.1:1"

// nothing is a machine without any server, binary, engine or package manager.
func nothing(t *testing.T) servers.Machine {
	t.Helper()
	return servers.Machine{
		PostgresAddrs: []string{noServer}, PostgresUsers: []string{"postgres"}, RedisAddr: noServer,
		BinaryDirs: []string{t.TempDir()}, Docker: "/nowhere/docker", AptGet: "/nowhere/apt-get",
	}
}

// rude accepts connections and hangs up at once, as no usable server does.
func rude(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

// fake puts a program into dir that writes its arguments to dir/calls and then runs script.
func fake(t *testing.T, dir, name, script string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	text := "#!/bin/sh\necho \"" + name + " $*\" >>" + dir + "/calls\n" + script + "\n"
	// A process that is forked meanwhile would hold the file open for writing, and such a file cannot be run.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o700)) // a program must be executable
	return path
}

func calls(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "calls"))
	require.NoError(t, err)
	return string(text)
}

func TestPostgresIsLookedFor(t *testing.T) {
	t.Parallel()

	t.Run("where nothing is, the error says what was tried and what to do", func(t *testing.T) {
		t.Parallel()
		m := nothing(t)
		_, err := m.Postgres(servers.Options{})
		require.ErrorContains(t, err, "a server that listens: dial tcp "+m.PostgresAddrs[0])
		require.ErrorContains(t, err, "a binary on this machine: no folder with [postgres initdb]")
		require.ErrorContains(t, err, "Docker: ")
		require.ErrorContains(t, err, "Debian's packages: ")
		require.ErrorContains(t, err, "apt-get install -y postgresql")
		require.ErrorContains(t, err, "TEST_POSTGRES_URL=")
	})

	t.Run("a server named by the user is not replaced, and its password not shown", func(t *testing.T) {
		t.Parallel()
		m := servers.ThisMachine()
		m.PostgresURL = "postgres://me:hunter2@" + noServer + "/postgres"
		_, err := m.Postgres(servers.Options{})
		require.ErrorContains(t, err, "TEST_POSTGRES_URL is set, but not usable")
		require.NotContains(t, err.Error(), "hunter2")
	})

	t.Run("a server that listens but can't be used is passed over for the next way", func(t *testing.T) {
		t.Parallel()
		m := servers.ThisMachine()
		m.PostgresURL, m.PostgresAddrs = "", []string{rude(t)}
		url, err := m.Postgres(servers.Options{})
		require.NoError(t, err)
		require.NotContains(t, url, m.PostgresAddrs[0])
		database, drop, err := servers.CreateDatabase(url, "ticketd_test_")
		require.NoError(t, err)
		require.Contains(t, database, "/ticketd_test_")
		require.NoError(t, drop())
	})

	t.Run("an engine that does not answer is told apart from one that is not there", func(t *testing.T) {
		t.Parallel()
		dir, m := t.TempDir(), nothing(t)
		m.Docker = fake(t, dir, "docker", "echo 'Is the docker daemon running?' >&2; exit 1")
		_, err := m.Postgres(servers.Options{})
		require.ErrorContains(t, err, "Docker: the engine does not answer")
		require.ErrorContains(t, err, "Is the docker daemon running?")
		require.NotContains(t, calls(t, dir), "docker run")
	})
}
