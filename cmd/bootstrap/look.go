package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"ticketd/adapters/sqlite"
	"ticketd/adapters/telemetry"
	"ticketd/cmd/settings"
)

// errNoDatabase: the database is not there, or no ticketd has used it.
var errNoDatabase = errors.New("no ticketd has stored anything in this database yet")

// openToLook opens the database as it is, and an empty one in memory for one that is not there.
func openToLook(ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger) (store, error) {
	st, err := openExisting(ctx, s, t, log)
	if errors.Is(err, errNoDatabase) {
		return openEmpty(ctx, s, t, log)
	}
	return st, err
}

// openExisting opens the database as it is. It refuses one that is not there, or whose schema is older than
// this program's.
func openExisting(
	ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger,
) (store, error) {
	if s.SQLite {
		path, err := sqlite.PathOf(s.URL)
		if err != nil {
			return nil, fmt.Errorf("DB_URL: %w", err)
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("DB_URL: %s is not there: %w", path, errNoDatabase)
		}
	}
	st, m, err := connect(ctx, s, t, log)
	if err != nil {
		return nil, err
	}
	status, err := m.Version(ctx)
	switch {
	case err != nil:
	case status.Current == 0:
		err = fmt.Errorf("DB_URL: %w", errNoDatabase)
	case status.Current < status.Latest:
		err = fmt.Errorf(
			"the database's schema is version %d and this program needs %d: run `ticketd migrate up` first",
			status.Current, status.Latest,
		)
	}
	return st, closeUnless(err, st)
}

func openEmpty(ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger) (store, error) {
	s.SQLite, s.URL, s.Migrate = true, sqlite.InMemory, true
	return openStore(ctx, s, t, log)
}
