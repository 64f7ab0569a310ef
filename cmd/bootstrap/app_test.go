package bootstrap_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
	"ticketd/ports"
)

// overFile are settings with a SQLite file that does not exist yet.
func overFile(t *testing.T) (s settings.Common, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "new.db")
	return settings.Common{
		Store:   settings.Store{URL: "sqlite://" + path, SQLite: true, Migrate: true},
		Process: settings.Process{LogLevel: slog.LevelWarn},
	}, path
}

func TestOpen(t *testing.T) {
	t.Parallel()
	t.Run("a store is enough for what needs no more", func(t *testing.T) {
		t.Parallel()
		s, path := overFile(t)
		var logs bytes.Buffer
		a, err := bootstrap.Open(t.Context(), s, &logs)
		require.NoError(t, err)
		exported := 0
		err = a.Export().Handle(t.Context(), ports.TicketFilter{}, ports.Period{}, func(domain.Ticket) error {
			exported++
			return nil
		})
		require.NoError(t, err)
		require.Zero(t, exported)
		require.NoError(t, a.Close())
		require.NoError(t, a.Close(), "a second time there is nothing left to close")
		require.Empty(t, logs.String())
		require.FileExists(t, path)
	})
	t.Run("a close ends what was opened", func(t *testing.T) {
		t.Parallel()
		s, _ := overFile(t)
		s.Classifier = settings.Classifier{Name: settings.ClassifierLocal, Timeout: time.Second}
		a, err := bootstrap.Open(t.Context(), s, &bytes.Buffer{})
		require.NoError(t, err)
		reclassify := a.Reclassify()
		require.NoError(t, a.Close())
		_, err = reclassify.Find(t.Context(), time.Time{}, 1)
		require.Error(t, err)
	})
	for name, change := range map[string]func(*settings.Common){
		"a wrong model file": func(s *settings.Common) {
			s.Classifier = settings.Classifier{
				Name: settings.ClassifierLocal, LocalModel: filepath.Join(os.DevNull, "none"),
			}
		},
		"a Redis that is out of reach": func(s *settings.Common) {
			s.Queue = settings.Queue{Letters: true, Redis: redisstream.Place{URL: "redis://127.0.0.1:1"}}
		},
	} {
		t.Run(name+" leaves no new database behind", func(t *testing.T) {
			t.Parallel()
			s, path := overFile(t)
			change(&s)
			_, err := bootstrap.Open(t.Context(), s, &bytes.Buffer{})
			require.Error(t, err)
			require.NoFileExists(t, path)
		})
	}
	t.Run("a database that does not come is not waited for longer than that", func(t *testing.T) {
		t.Parallel()
		s := settings.Common{
			Store:   settings.Store{URL: "postgres://127.0.0.1:1/tickets", MaxConns: 1},
			Process: settings.Process{LogLevel: slog.LevelWarn},
		}
		var logs bytes.Buffer
		_, err := bootstrap.OpenWaiting(t.Context(), s, 2*time.Second, &logs)
		require.ErrorContains(t, err, "DB_URL: ")
		require.Equal(t, 1, bytes.Count(logs.Bytes(), []byte("\n")), logs.String())
	})
	t.Run("a store that cannot be opened is named", func(t *testing.T) {
		t.Parallel()
		s, _ := overFile(t)
		s.Store.URL = "sqlite://" + filepath.Join(t.TempDir(), "no", "such", "folder.db")
		_, err := bootstrap.Open(t.Context(), s, &bytes.Buffer{})
		require.ErrorContains(t, err, "DB_URL: ")
	})
}
