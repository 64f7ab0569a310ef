package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

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
	// Connections are renewed now and then, so that load spreads after a failover and server-side plans are made
	// anew.
	maxLifetime = 30 * time.Minute
	maxIdleTime = 5 * time.Minute
	// keptStatements is above the number of shapes in use at a time; each costs the server some memory in every
	// connection.
	keptStatements = 96
)

// Options size the store.
type Options struct {
	MaxConns int // at least 1
	// Batch lets concurrent calls share statements.
	Batch bool
	// NoEvents leaves the log of events as it is.
	NoEvents bool
	// Usable is told, once the store is open, of each new connection and each Ping: nil, or why the database
	// takes no changes. It may be nil.
	Usable func(ctx context.Context, err error)
	// Pooler is what stands between, if that is known.
	Pooler Pooler
	Log    *slog.Logger // nothing is logged if nil
	// OpenDB makes the pool; sql.OpenDB if nil. It may wrap the connector, to trace what goes through it.
	OpenDB func(driver.Connector) *sql.DB
}

// Store keeps tickets and users.
type Store struct {
	patient    *connector // for migrations
	connector  *connector
	sessions   *sessions
	db         *sqlx.DB
	statements *sqlstore.Statements
	beats      *sqlx.DB // for the heartbeat
	batches    batches
	events     bool // changes leave events
}

// Open connects, by a string that ParseAddress takes, and checks that the server answers and keeps UTF-8. The
// schema is the business of package migrations.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	a, err := ParseAddress(dsn)
	if err != nil {
		return nil, err
	}
	connector := newConnector(a, patience)
	made := newSessions(connector, a.pooler(o.Pooler), o.Log)
	if o.OpenDB == nil {
		o.OpenDB = sql.OpenDB
	}
	db := sqlx.NewDb(o.OpenDB(made), "postgres")
	made.width.begin(db.DB, o.MaxConns)
	db.SetConnMaxLifetime(maxLifetime)
	db.SetConnMaxIdleTime(maxIdleTime)
	s := &Store{
		patient: newConnector(a, 0), connector: connector, sessions: made, db: db,
		statements: sqlstore.NewStatements(db, keptStatements), events: !o.NoEvents,
		beats: newBeats(beside{made, newConnector(a, beatPatience)}),
	}
	if o.Batch {
		s.batches = newBatches(s)
	}
	if err := s.check(ctx, a.config.Runtime["search_path"]); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	made.say(ctx)
	if o.Usable != nil {
		connector.usable = o.Usable
	}
	return s, nil
}

const checkSQL = `SELECT current_database() AS name, current_setting('server_encoding') AS encoding,
    current_setting('search_path') AS path`

// check refuses a database that cannot hold every character, and a pooler that allows no transactions or
// drops the name of the schema.
func (s *Store) check(ctx context.Context, searchPath string) error {
	var db struct{ Name, Encoding, Path string }
	_, err := within(ctx, func() (struct{}, error) {
		read := func(tx *sqlx.Tx) error { return tx.GetContext(ctx, &db, checkSQL) }
		return struct{}{}, s.snapshot(ctx, read) // which a standby allows, too
	})
	if err != nil && s.sessions.shared.Load() {
		return failed(ctx, err, "begin a transaction, which a pooler with pool_mode=statement does not allow")
	}
	if err != nil {
		return failed(ctx, err, "reach the database")
	}
	if searchPath != "" && searchPath != db.Path {
		return fmt.Errorf("it asks for the search_path %s, but sessions have %s: a pooler drops it; "+
			"`ALTER ROLE … SET search_path` makes it the role's own", searchPath, db.Path)
	}
	if db.Encoding != "UTF8" {
		return fmt.Errorf("the database %q has the encoding %s and cannot hold every text: make one with "+
			"createdb --encoding UTF8 --template template0 NAME", db.Name, db.Encoding)
	}
	return nil
}

// Connector gives connections for a migration: they wait as long as it takes, for a server that is there.
func (s *Store) Connector() driver.Connector { return beside{s.sessions, s.patient} }

// Pools are the connections, by the name of their use.
func (s *Store) Pools() map[string]*sql.DB { return map[string]*sql.DB{"postgres": s.db.DB} }

// Dropped returns how many connections were given up, by the reason.
func (s *Store) Dropped() map[string]int64 {
	all := map[string]int64{}
	for _, c := range []*connector{s.connector, s.patient} {
		c.mu.Lock()
		for reason, n := range c.dropped {
			all[reason] += n
		}
		c.mu.Unlock()
	}
	return all
}

// Ping asks the server whether it takes changes. If it does not, Ping asks once more, where the pool finds
// another one.
func (s *Store) Ping(ctx context.Context) error {
	err := s.takesChanges(ctx)
	if errors.Is(err, domain.ErrStoreReadOnly) && s.connector.renew(s.connector.now()) {
		err = s.takesChanges(ctx)
	}
	s.connector.usable(ctx, err)
	return err
}

func (s *Store) takesChanges(ctx context.Context) error {
	type state struct {
		Standby  bool `db:"pg_is_in_recovery"`
		ReadOnly bool `db:"read_only"`
	}
	is, err := within(ctx, func() (is state, err error) {
		err = s.db.GetContext(ctx, &is, stateSQL)
		return is, err
	})
	if err == nil {
		err = refusal(is.Standby, is.ReadOnly)
	}
	return failed(ctx, err, "reach the database")
}

// Close waits for the statements that callers share, and ends all connections. One that the server has ended
// already is no error: nothing was on its way.
func (s *Store) Close() error {
	s.batches.close()
	s.sessions.width.end()
	var err error
	for _, db := range []*sqlx.DB{s.beats, s.db} {
		if closed := db.Close(); !unreachable(closed) {
			err = errors.Join(err, closed)
		}
	}
	return err
}
