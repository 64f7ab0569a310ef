package api_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	for name, c := range map[string]struct{ url, says string }{
		"nobody listens": {
			"postgres://ann:hunter22@" + nobody(t) + "/tickets?sslmode=disable", "connection refused",
		},
		"nobody listens, other name": {"postgresql://ann:hunter22@" + nobody(t) + "/tickets", "connection refused"},
		"the host has no address":    {"postgres://ann:hunter22@nowhere.invalid/tickets", "nowhere.invalid"},
		"the folder does not exist": {
			"sqlite://" + filepath.Join(folder, "missing", "t.db"), "missing does not exist",
		},
		"the file is a folder": {"sqlite://" + folder, "is a folder"},
		"the file is a letter": {"sqlite://" + noDatabase, "not an SQLite database"},
	} {
		t.Run("where "+name+" is one clear line and status 1", func(t *testing.T) {
			t.Parallel()
			for _, command := range []string{"serve", "migrate"} {
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
