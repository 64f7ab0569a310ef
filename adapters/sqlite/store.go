package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	modernc "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

var (
	_ ports.TicketStore   = (*Store)(nil)
	_ ports.UserStore     = (*Store)(nil)
	_ ports.EventStore    = (*Store)(nil)
	_ ports.DeliveryStore = (*Store)(nil)
	_ ports.Pinger        = (*Store)(nil)
)

const (
	readers = 4
	// busyTime is how long a process waits for another that has the file locked.
	busyTime  = 5 * time.Second
	busyPause = 20 * time.Millisecond
	// keptStatements is above the number of shapes that are in use at a time.
	keptStatements = 128
)

// Store keeps tickets and users.
type Store struct {
	location  location
	connector driver.Connector
	writer    *sqlx.DB // one connection: SQLite has one writer at a time, and callers wait here in order
	reader    *sqlx.DB // the writer's own for a database in memory
	write     *sqlstore.Statements
	read      *sqlstore.Statements
	keeper    *sql.DB // keeps a database in memory alive
	events    bool    // changes leave events
}

// Options change how the store works.
type Options struct {
	// NoEvents leaves the log of events as it is.
	NoEvents bool
	// OpenDB makes a pool; sql.OpenDB if nil. It may wrap the connector, to trace what goes through it.
	OpenDB func(driver.Connector) *sql.DB
}

// Open opens or creates the database. Package migrations makes the schema.
func Open(ctx context.Context, dbURL string) (*Store, error) { return OpenWith(ctx, dbURL, Options{}) }

// OpenWith is Open with options.
func OpenWith(ctx context.Context, dbURL string, o Options) (*Store, error) {
	if o.OpenDB == nil {
		o.OpenDB = sql.OpenDB
	}
	l, err := locate(dbURL)
	if err != nil {
		return nil, err
	}
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("open the SQLite database: %w", err)
	}
	s := &Store{location: l, events: !o.NoEvents}
	if err := s.open(ctx, o); err != nil {
		return nil, fmt.Errorf("open the SQLite database: %w", errors.Join(s.explain(err), s.Close()))
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, o Options) error {
	var err error
	if s.connector, err = modernc.NewConnector(s.location.dsn(writing())); err != nil {
		return err
	}
	if s.location.path == "" {
		s.keeper = sql.OpenDB(s.connector)
		s.keeper.SetMaxOpenConns(1)
		if err := s.keeper.PingContext(ctx); err != nil {
			return err
		}
	}
	s.writer = pool(o.OpenDB(s.connector), 1)
	s.write = sqlstore.NewStatements(s.writer, keptStatements)
	if err := untilFree(ctx, s.writer.PingContext); err != nil {
		return err
	}
	if s.location.path == "" {
		s.reader, s.read = s.writer, s.write
		return nil
	}
	connector, err := modernc.NewConnector(s.location.dsn(reading()))
	if err != nil {
		return err
	}
	s.reader = pool(o.OpenDB(connector), readers)
	s.read = sqlstore.NewStatements(s.reader, keptStatements)
	return untilFree(ctx, s.Ping)
}

// untilFree repeats the first use of a new file for as long as _busy_timeout: SQLite does not wait when two
// processes switch the file to WAL at the same moment.
func untilFree(ctx context.Context, use func(context.Context) error) error {
	for giveUp := time.Now().Add(busyTime); ; {
		err := use(ctx)
		if code(err)&0xff != sqlite3.SQLITE_BUSY || time.Now().After(giveUp) {
			return err
		}
		select {
		case <-time.After(busyPause):
		case <-ctx.Done():
			return err
		}
	}
}

// common returns the settings of all connections: names in double quotes never turn into text, and a
// connection waits for a file that another process has locked.
func common() url.Values {
	return url.Values{
		"_busy_timeout": {strconv.FormatInt(busyTime.Milliseconds(), 10)},
		"_foreign_keys": {"1"}, "_dqs": {"0"}, "_error_rc": {"1"},
	}
}

// writing returns the settings of the writer. A stored ticket survives a power cut (FULL). A transaction
// takes the lock when it begins: one that asked for it later could not wait.
func writing() url.Values {
	v := common()
	v.Set("_journal_mode", "WAL")
	v.Set("_synchronous", "FULL")
	v.Set("_txlock", "immediate")
	return v
}

func reading() url.Values {
	v := common()
	v.Set("_query_only", "1")
	return v
}

func pool(opened *sql.DB, size int) *sqlx.DB {
	db := sqlx.NewDb(opened, "sqlite")
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db
}

// Connector gives connections for a migration.
func (s *Store) Connector() driver.Connector { return s.connector }

// Path is the file of the database, empty for one in memory.
func (s *Store) Path() string { return s.location.path }

// Dropped is for a database on a server: a file's connections are not given up.
func (s *Store) Dropped() map[string]int64 { return nil }

// Pools are the connections, by the name of their use.
func (s *Store) Pools() map[string]*sql.DB {
	pools := map[string]*sql.DB{"sqlite_writer": s.writer.DB}
	if s.reader != s.writer {
		pools["sqlite_reader"] = s.reader.DB
	}
	return pools
}

const pingSQL = `SELECT count(*) FROM sqlite_schema`

// Ping reads from the file.
func (s *Store) Ping(ctx context.Context) error {
	_, _, err := sqlstore.One[int](ctx, s.read, pingSQL)
	return failed(ctx, err, "reach the database")
}

// Close ends all connections. A database in memory is gone then.
func (s *Store) Close() error {
	var err error
	if s.reader != nil && s.reader != s.writer {
		err = s.reader.Close()
	}
	if s.writer != nil {
		err = errors.Join(err, s.writer.Close())
	}
	if s.keeper != nil {
		err = errors.Join(err, s.keeper.Close())
	}
	return err
}

// change runs do in a transaction.
func (s *Store) change(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	return sqlstore.InTransaction(ctx, s.writer, nil, do)
}

// snapshot runs do, which only reads, in one transaction that sees the database as it is at its first query.
func (s *Store) snapshot(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	return sqlstore.InTransaction(ctx, s.reader, nil, do)
}

// now returns the time of the store's clock.
func now() time.Time { return domain.Timestamp(time.Now()) }
