package api_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

func TestSeveralServersStartAtOnce(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		db := fresh(t)
		var starting []*process.Process
		for range 4 {
			starting = append(starting, system.Launch(t, system.On(db)))
		}
		var servers []*system.Server
		for i, p := range starting {
			servers = append(servers, system.Running(t, p))
			servers[i].Post(t, fmt.Sprintf("Ticket %d", i))
		}
		for _, s := range servers {
			require.Len(t, s.Tickets(t), len(servers))
		}
		for _, s := range servers {
			require.Zero(t, s.Terminate(patience))
			require.Empty(t, s.Stderr())
		}
	})
}

func TestADatabaseOutOfReachAtTheStart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	noDatabase := filepath.Join(folder, "letter.txt")
	require.NoError(t, os.WriteFile(noDatabase, []byte("Dear customer, this is no database at all."), 0o600))
	for name, c := range map[string]struct {
		url, says string
		passes    bool // the server waits
	}{
		"nobody listens": {
			"postgres://ann:hunter22@" + nobody(t) + "/tickets?sslmode=disable", "connection refused", true,
		},
		"nobody listens, other name": {
			"postgresql://ann:hunter22@" + nobody(t) + "/tickets", "connection refused", true,
		},
		"the host has no address": {"postgres://ann:hunter22@nowhere.invalid/tickets", "nowhere.invalid", true},
		"no host is there": {
			"postgres://ann:hunter22@nowhere.invalid," + nobody(t) + "/tickets?sslmode=disable",
			"connection refused", true,
		},
		"the folder does not exist": {
			"sqlite://" + filepath.Join(folder, "missing", "t.db"), "missing does not exist", false,
		},
		"the file is a folder": {"sqlite://" + folder, "is a folder", false},
		"the file is a letter": {"sqlite://" + noDatabase, "not an SQLite database", false},
	} {
		t.Run("where "+name+" is one clear line and status 1", func(t *testing.T) {
			t.Parallel()
			for _, command := range []string{"serve", "migrate"} {
				if command == "serve" && c.passes {
					requireWaiting(t, system.Launch(t, system.On(c.url)), c.says)
					continue
				}
				p := startCommand(t, command, c.url)
				require.Equal(t, 1, p.Wait(patience))
				requireOneLine(t, p, c.says)
			}
		})
	}

	t.Run("where the database has another name is one clear line and status 1", func(t *testing.T) {
		t.Parallel()
		db, password := withPassword(t, testenv.Postgres(t), "hunter22")
		before, after, found := strings.Cut(db, "?")
		require.True(t, found)
		p := system.Launch(t, system.On(before+"_not?"+after))
		require.Equal(t, 1, p.Wait(patience))
		requireOneLine(t, p, "does not exist")
		require.NotContains(t, p.Stderr(), password)
	})
}

// requireWaiting wants a process to say once why it waits, to live, not to be ready and to stop in order.
func requireWaiting(t *testing.T, p *process.Process, says string) (base string) {
	t.Helper()
	line := p.WaitLog("Waiting for the database", patience)
	base = fmt.Sprintf("http://127.0.0.1:%.0f", line["port"])
	for path, status := range map[string]int{"/healthz": 200, "/readyz": 503, "/metrics": 200, "/tickets": 503} {
		text := system.NewAPI(t, base).Do(t, status, http.MethodGet, path, "")
		if status == http.StatusServiceUnavailable {
			require.Contains(t, text, "not ready: store: the store ")
		}
		if path == "/metrics" {
			require.Contains(t, text, "ticketd_store_up 0")
		}
	}
	time.Sleep(3 * time.Second)
	var complaints []process.Line
	for _, line := range p.Lines() {
		if line["level"] == "warn" && line["msg"] != "request failed" {
			complaints = append(complaints, line)
		}
	}
	require.Len(t, complaints, 1)
	require.Contains(t, complaints[0]["msg"], "not ready")
	require.Contains(t, complaints[0]["msg"], "DB_URL")
	require.Contains(t, complaints[0]["error"], says)
	require.NotContains(t, p.Log(), "hunter22")
	return base
}

func TestAServerWaitsForItsDatabase(t *testing.T) {
	t.Parallel()
	t.Run("that is away", func(t *testing.T) {
		t.Parallel()
		db := testenv.PrivatePostgres(t)
		db.Stop()
		p := system.Launch(t, system.On(db.URL()))
		requireWaiting(t, p, "connection refused")
		db.Start()
		system.Running(t, p).Post(t, "An invoice")
		require.Zero(t, p.Terminate(patience))
	})
	t.Run("that is a standby", func(t *testing.T) {
		t.Parallel()
		db := testenv.PrivatePostgres(t)
		db.Demote()
		p := system.Launch(t, system.On(db.URL()))
		requireWaiting(t, p, "takes no changes")
		_, err := system.Open(t, db.URL()).ExecContext(t.Context(), `SELECT pg_promote()`)
		require.NoError(t, err)
		system.Running(t, p).Post(t, "An invoice")
	})
	t.Run("until it is told to stop", func(t *testing.T) {
		t.Parallel()
		p := system.Launch(t, system.On("postgres://"+nobody(t)+"/tickets"))
		p.WaitLog("Waiting for the database", patience)
		require.Zero(t, p.Terminate(patience))
		require.Empty(t, p.Stderr())
	})
	t.Run("until it is told to stop in the middle of a try", func(t *testing.T) {
		t.Parallel()
		address, asked := mute(t)
		p := system.Launch(t, system.On("postgres://"+address+"/tickets?connect_timeout=2"))
		p.WaitLog("Waiting for the database", patience)
		for range len(asked) {
			<-asked // by earlier tries
		}
		<-asked
		require.Zero(t, p.Terminate(patience))
		require.Empty(t, p.Stderr())
	})
	t.Run("until it is told to stop while another process migrates what is there again", func(t *testing.T) {
		t.Parallel()
		dbURL := system.Postgres(t)
		migrating, err := system.Open(t, dbURL).Conn(t.Context())
		require.NoError(t, err)
		defer func() { require.NoError(t, migrating.Close()) }()
		do := func(statement string) {
			_, err := migrating.ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		const set = `DO $$BEGIN EXECUTE format(
			'ALTER DATABASE %%I SET default_transaction_read_only = %s', current_database()); END$$`
		do(fmt.Sprintf(set, "on"))
		p := system.Launch(t, system.On(dbURL))
		p.WaitLog("Waiting for the database", patience)
		do(`SELECT pg_advisory_lock(x'7469636b657464'::bigint)`)
		do(fmt.Sprintf(set, "off"))
		for _, p := range []*process.Process{p, system.Launch(t, system.On(dbURL))} {
			p.WaitLog("database schema: another process is migrating, waiting for it", patience)
			require.Zero(t, p.Terminate(patience))
			require.Empty(t, p.Stderr())
		}
	})
	t.Run("until it is told to stop before it knows that it has to wait", func(t *testing.T) {
		t.Parallel()
		address, asked := mute(t)
		p := system.Launch(t, system.On("postgres://"+address+"/tickets?connect_timeout=60"))
		<-asked
		require.Zero(t, p.Terminate(patience))
		require.Empty(t, p.Stderr())
	})
}

// mute is an address at which connections are taken and nothing is said. It tells of each of them.
func mute(t *testing.T) (address string, asked <-chan net.Conn) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	taken := make(chan net.Conn, 100)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			taken <- c
		}
	}()
	return l.Addr().String(), taken
}

func startCommand(t *testing.T, command, dbURL string) *process.Process {
	t.Helper()
	if command == "migrate" {
		return process.Start(t, system.On(dbURL), "migrate", "up")
	}
	return system.Launch(t, system.On(dbURL))
}

func requireOneLine(t *testing.T, p *process.Process, says string) {
	t.Helper()
	require.Equal(t, 1, strings.Count(p.Stderr(), "\n"), p.Stderr())
	require.Contains(t, p.Stderr(), "DB_URL")
	require.Contains(t, p.Stderr(), says)
	require.NotContains(t, p.Stderr()+p.Log(), "hunter22")
}
