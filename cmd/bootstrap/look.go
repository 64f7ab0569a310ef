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

// openToLook opens the database as it is. For one that is not there, or that no ticketd has used, it returns
// an empty one in memory.
func openToLook(ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger) (store, error) {
	if s.SQLite {
		path, err := sqlite.PathOf(s.URL)
		if err != nil {
			return nil, fmt.Errorf("DB_URL: %w", err)
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return openEmpty(ctx, s, t, log)
		}
	}
	st, m, err := connect(ctx, s, t, log)
	if err != nil {
		return nil, err
	}
	status, err := m.Version(ctx)
	switch {
	case err != nil:
		return nil, errors.Join(err, st.Close())
	case status.Current == 0:
		if err := st.Close(); err != nil {
			return nil, err
		}
		return openEmpty(ctx, s, t, log)
	case status.Current < status.Latest:
		err := fmt.Errorf(
			"the database's schema is version %d and this program needs %d: run `ticketd migrate up` first",
			status.Current, status.Latest,
		)
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

func openEmpty(ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger) (store, error) {
	s.SQLite, s.URL, s.Migrate = true, sqlite.InMemory, true
	return openStore(ctx, s, t, log)
}
