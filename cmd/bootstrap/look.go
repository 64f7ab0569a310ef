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
var errNoDatabase = errors.New("no ticketd has stored anything in this database yet: " +
	"`ticketd serve`, `ticketd import` or `ticketd migrate up` makes its tables")

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
	if err := prepare(ctx, s, st, m, log); err != nil {
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
	switch {
	case err != nil:
	case status.Current < status.Latest:
		err = fmt.Errorf("DB_URL: the database's schema is version %d and this program needs %d: "+
			"run `ticketd migrate up` first", status.Current, status.Latest)
	case status.Newer():
		noteNewer(ctx, fmt.Errorf("%w: it is at version %d, this program knows %d and should be updated",
			migrations.ErrNewer, status.Current, status.Latest), log)
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
	if err := isThere(s); err != nil {
		return nil, nil, err
	}
	st, m, err := connect(ctx, s, t, log)
	if err != nil {
		return nil, nil, err
	}
	status, err := m.Version(ctx)
	switch {
	case err != nil:
	case status.Dirty:
		err = fmt.Errorf("DB_URL: %w: run `ticketd migrate up` to see how to repair it", migrations.ErrDirty)
	case status.Current == 0:
		err = fmt.Errorf("DB_URL: %w", errNoDatabase)
	}
	if err != nil {
		return nil, nil, closeUnless(err, st)
	}
	return st, m, nil
}

// isThere returns errNoDatabase for a file that does not exist, which opening it would make.
func isThere(s settings.Store) error {
	if !s.SQLite {
		return nil
	}
	path, err := sqlite.PathOf(s.URL)
	if err != nil {
		return fmt.Errorf("DB_URL: %w", err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && path != "" {
		return fmt.Errorf("DB_URL: %s is not there: %w", path, errNoDatabase)
	}
	return nil
}
