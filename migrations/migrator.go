package migrations

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
)

// Migrator migrates one database to this program's schema. Every call opens a connection of its own and
// closes it.
type Migrator struct {
	connector driver.Connector
	engine    engine
	steps     steps
	log       *slog.Logger
}

// engine is what differs between the two engines.
type engine interface {
	// name returns the engine's name, which is also the directory of its files.
	name() string
	// current returns the version, -1 for an empty database. It neither locks nor writes.
	current(ctx context.Context, db *sql.DB) (version int, dirty bool, err error)
	// begin waits until no other process migrates the database. end lets the next process in.
	begin(ctx context.Context, db *sql.DB, log *slog.Logger) (d database.Driver, end func() error, err error)
	// busy reports whether a step failed only because the running program held what it needs.
	busy(err error) bool
	// breath returns the pause after a step that took so long.
	breath(step time.Duration) time.Duration
}

const (
	// A step whose table is in use is retried for tryFor, with pauses in which the running program catches up.
	tryFor     = time.Minute
	catchingUp = time.Second
)

func newMigrator(c driver.Connector, e engine, log *slog.Logger) (*Migrator, error) {
	s, err := readSteps(e.name())
	if err != nil {
		return nil, fmt.Errorf("read the migrations of %s: %w", e.name(), err)
	}
	return &Migrator{connector: c, engine: e, steps: s, log: log}, nil
}

// Version returns the version of the database, 0 for a database without tables.
func (m *Migrator) Version(ctx context.Context) (Status, error) {
	db := sql.OpenDB(m.connector)
	s, err := m.status(ctx, db)
	return s, closing(err, db.Close)
}

// Up migrates the database to the newest version. If the database is there already, Up only reads; of several
// processes that start at once, one migrates and the others wait. Up returns ErrNewer or ErrDirty if it
// cannot go on from the database's state. After any other error, and after a kill, the schema is that of the
// last complete step, and Up can be called again.
func (m *Migrator) Up(ctx context.Context) error {
	s, err := m.Version(ctx)
	if err != nil {
		return err
	}
	if !s.Dirty && s.Current >= s.Latest { // a dirty one may be at work right now: only the lock tells
		return m.steps.check(s)
	}
	return m.alone(ctx, func(mg *migrate.Migrate, db *sql.DB) error {
		for told := false; ; told = true {
			s, err := m.ready(ctx, db)
			if err != nil || s.Current == s.Latest {
				return err
			}
			if !told {
				m.log.InfoContext(ctx, "database schema: migrating", "from", s.Current, "to", s.Latest)
			}
			if err := m.step(ctx, mg, +1, m.steps.after(s.Current)); err != nil {
				return err
			}
		}
	})
}

// Down reverts the last count steps, newest first. It refuses a count above the number of steps made.
func (m *Migrator) Down(ctx context.Context, count int) error {
	return m.alone(ctx, func(mg *migrate.Migrate, db *sql.DB) error {
		s, err := m.ready(ctx, db)
		if err != nil {
			return err
		}
		if err := m.steps.checkCount(s, count); err != nil {
			return err
		}
		m.log.InfoContext(ctx, "database schema: taking steps back", "from", s.Current, "steps", count)
		for range count {
			if err := m.step(ctx, mg, -1, s.Current); err != nil {
				return err
			}
			if s, err = m.ready(ctx, db); err != nil {
				return err
			}
		}
		return nil
	})
}

// Force records that the schema is that of a version and clears the mark of an interrupted migration, without
// running anything. Version 0 is the empty database.
func (m *Migrator) Force(ctx context.Context, version uint) error {
	if version != 0 && !m.steps.has(version) {
		return fmt.Errorf("there is no migration with version %d; the newest is %d", version, m.steps.latest())
	}
	return m.alone(ctx, func(mg *migrate.Migrate, _ *sql.DB) error {
		v := int(version)
		if v == 0 {
			v = database.NilVersion
		}
		m.log.InfoContext(ctx, "database schema: version forced", "version", version)
		return mg.Force(v)
	})
}

// alone runs do while no other process migrates the database.
func (m *Migrator) alone(ctx context.Context, do func(*migrate.Migrate, *sql.DB) error) error {
	db := sql.OpenDB(m.connector)
	d, end, err := m.engine.begin(ctx, db, m.log)
	if err != nil {
		return closing(fmt.Errorf("prepare to migrate the database: %w", err), db.Close)
	}
	mg, err := migrate.NewWithInstance("embedded", m.steps.source, m.engine.name(), d)
	if err == nil {
		err = do(mg, db)
	}
	return closing(closing(closing(err, end), d.Close), db.Close)
}

// status reads the state without judging it; ready judges.
func (m *Migrator) status(ctx context.Context, db *sql.DB) (Status, error) {
	v, dirty, err := m.engine.current(ctx, db)
	if err != nil {
		return Status{}, fmt.Errorf("read the version of the database schema: %w", err)
	}
	return Status{Current: uint(max(v, 0)), Latest: m.steps.latest(), Dirty: dirty}, nil
}

func (m *Migrator) ready(ctx context.Context, db *sql.DB) (Status, error) {
	s, err := m.status(ctx, db)
	if err == nil {
		err = m.steps.check(s)
	}
	return s, err
}

// step runs one migration, up or down. It never starts one after ctx has ended.
func (m *Migrator) step(ctx context.Context, mg *migrate.Migrate, direction int, version uint) error {
	name := m.steps.names[version]
	m.log.DebugContext(ctx, "database schema: a step", "step", name, "up", direction > 0)
	for began := time.Now(); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := mg.Steps(direction)
		switch {
		case err == nil:
			wait(ctx, m.engine.breath(time.Since(began)))
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("migration %s: %w", name, errors.Join(ctx.Err(), err))
		case !m.engine.busy(err):
			return fmt.Errorf("migration %s: %w", name, err)
		case time.Since(began) > tryFor:
			return fmt.Errorf("migration %s: others held its tables each time it was tried: %w", name, err)
		}
		m.log.WarnContext(ctx, "database schema: the running program goes first, trying again soon", "step", name,
			"error", err)
		wait(ctx, catchingUp)
	}
}

// wait returns after d, or earlier when ctx ends.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
