package sqlite

import (
	"context"
	"errors"
	"fmt"

	modernc "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

// failed adds what was tried to the driver's error and translates it. It returns nil for nil.
func failed(ctx context.Context, err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, translate(ctx, err))...)
}

func translate(ctx context.Context, err error) error {
	if _, ours := errors.AsType[*domain.Error](err); ours {
		return err
	}
	if ended := sqlstore.Ended(ctx, err); ended != nil {
		return ended
	}
	if advice := Advice(err); advice != "" {
		return domain.ErrStoreUnusable.With(fmt.Errorf("%w: %s", err, advice))
	}
	switch code(err) & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT,
		sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_IOERR:
		return domain.ErrStoreUnavailable.With(err)
	}
	return err
}

// Advice says what a person has to do about an error that does not pass by itself, "" about any other.
func Advice(err error) string {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_FULL:
		return "the disk is full: free some of it"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return "the file in DB_URL and its folder have to be writable for this user"
	}
	return ""
}

// code returns SQLite's extended result code, 0 for an error of another origin.
func code(err error) int {
	if e, ok := errors.AsType[*modernc.Error](err); ok {
		return e.Code()
	}
	return 0
}

func isUnique(err error) bool { return code(err) == sqlite3.SQLITE_CONSTRAINT_UNIQUE }

func isForeignKey(err error) bool { return code(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY }

// explain adds what to do about a database that does not open.
func (s *Store) explain(err error) error {
	switch code(err) & 0xff {
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		const text = "%s is not a sound SQLite database: choose another file for DB_URL or restore a backup: %w"
		return fmt.Errorf(text, s.location.path, err)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%s: %w: %s", s.location.path, err, Advice(err))
	case sqlite3.SQLITE_BUSY:
		const text = "another program has %s locked: end it or choose another file for DB_URL: %w"
		return fmt.Errorf(text, s.location.path, err)
	default:
		return err
	}
}
