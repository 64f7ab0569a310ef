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
	"ticketd/migrations"
)

// errNoDatabase: the database is not there, or no ticketd has used it.
var errNoDatabase = errors.New("no ticketd has stored anything in this database yet")

// standIn is an empty database in memory instead of one that is not there.
type standIn struct{ store }

func openStandIn(ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger) (store, error) {
	s.SQLite, s.URL, s.Migrate = true, sqlite.InMemory, true
	st, err := openStore(ctx, s, t, log)
	if err != nil {
		return nil, err
	}
	return standIn{st}, nil
}

// openToLook opens the database as it is, and a stand-in for one that is not there.
func openToLook(ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger) (store, error) {
	st, err := openExisting(ctx, s, t, log)
	if errors.Is(err, errNoDatabase) {
		return openStandIn(ctx, s, t, log)
	}
	return st, err
}

// openLater opens the database to be used, and a stand-in for one that is not there.
func openLater(ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger) (store, error) {
	st, m, err := openUsed(ctx, s, t, log)
	if errors.Is(err, errNoDatabase) {
		return openStandIn(ctx, s, t, log)
	}
	if err != nil {
		return nil, err
	}
	if err := prepareSchema(ctx, s, m, log); err != nil {
		return nil, closeUnless(err, st)
	}
	return st, nil
}

// openExisting opens the database as it is. It refuses one that is not there, or whose schema is older than
// this program's.
func openExisting(
	ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger,
) (store, error) {
	st, m, err := openUsed(ctx, s, t, log)
	if err != nil {
		return nil, err
	}
	status, err := m.Version(ctx)
	if err == nil && status.Current < status.Latest {
		err = fmt.Errorf(
			"the database's schema is version %d and this program needs %d: run `ticketd migrate up` first",
			status.Current, status.Latest,
		)
	}
	if err != nil {
		return nil, closeUnless(err, st)
	}
	return st, nil
}

// openUsed opens a database that some ticketd has used. It refuses any other with errNoDatabase.
func openUsed(
	ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger,
) (store, *migrations.Migrator, error) {
	if s.SQLite {
		path, err := sqlite.PathOf(s.URL)
		if err != nil {
			return nil, nil, fmt.Errorf("DB_URL: %w", err)
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, nil, fmt.Errorf("DB_URL: %s is not there: %w", path, errNoDatabase)
		}
	}
	st, m, err := connect(ctx, s, t, log)
	if err != nil {
		return nil, nil, err
	}
	status, err := m.Version(ctx)
	if err == nil && status.Current == 0 {
		err = fmt.Errorf("DB_URL: %w", errNoDatabase)
	}
	if err != nil {
		return nil, nil, closeUnless(err, st)
	}
	return st, m, nil
}
