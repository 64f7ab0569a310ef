package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
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
	// OpenDB makes the pool; sql.OpenDB if nil. It may wrap the connector, to trace what goes through it.
	OpenDB func(driver.Connector) *sql.DB
}

// Store keeps tickets and users.
type Store struct {
	connector  driver.Connector // for migrations
	db         *sqlx.DB
	statements *sqlstore.Statements
	batches    batches
	events     bool // changes leave events
}

// Open connects, by a string that ParseAddress takes, and checks that the server answers and keeps UTF-8. The
// schema is the business of package migrations.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	plain, err := newConnector(dsn)
	if err != nil {
		return nil, err
	}
	patient, err := newConnector(dsn)
	if err != nil {
		return nil, err
	}
	patient.Dialer(newDialer())
	if o.OpenDB == nil {
		o.OpenDB = sql.OpenDB
	}
	db := sqlx.NewDb(o.OpenDB(patient), "postgres")
	db.SetMaxOpenConns(o.MaxConns)
	db.SetMaxIdleConns(o.MaxConns) // the default of two would open a connection per statement under load
	db.SetConnMaxLifetime(maxLifetime)
	db.SetConnMaxIdleTime(maxIdleTime)
	s := &Store{connector: plain, db: db, statements: sqlstore.NewStatements(db, keptStatements),
		events: !o.NoEvents}
	if o.Batch {
		s.batches = newBatches(s)
	}
	err = s.Ping(ctx)
	if err == nil {
		err = s.checkEncoding(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

const encodingSQL = `SELECT current_database() AS name, current_setting('server_encoding') AS encoding`

// checkEncoding refuses a database that cannot hold every character.
func (s *Store) checkEncoding(ctx context.Context) error {
	var db struct{ Name, Encoding string }
	if err := s.db.GetContext(ctx, &db, encodingSQL); err != nil {
		return failed(ctx, err, "read the encoding of the database")
	}
	if db.Encoding != "UTF8" {
		return fmt.Errorf("the database %q has the encoding %s and cannot hold every text: make one with "+
			"createdb --encoding UTF8 --template template0 NAME", db.Name, db.Encoding)
	}
	return nil
}

// Connector gives connections for a migration: they wait as long as it takes.
func (s *Store) Connector() driver.Connector { return s.connector }

// Pools are the connections, by the name of their use.
func (s *Store) Pools() map[string]*sql.DB { return map[string]*sql.DB{"postgres": s.db.DB} }

// Ping asks the server for an answer.
func (s *Store) Ping(ctx context.Context) error {
	_, err := within(ctx, func() (struct{}, error) { return struct{}{}, s.db.PingContext(ctx) })
	return failed(ctx, err, "reach the database")
}

// Close waits for the statements that callers share, and ends all connections. One that the server has ended
// already is no error: nothing was on its way.
func (s *Store) Close() error {
	s.batches.close()
	if err := s.db.Close(); !unreachable(err) {
		return err
	}
	return nil
}
