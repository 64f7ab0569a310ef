package bootstrap

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"ticketd/adapters/postgres"
	"ticketd/adapters/sqlite"
	"ticketd/adapters/telemetry"
	"ticketd/cmd/settings"
	"ticketd/migrations"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// store is what the process needs of either engine.
type store interface {
	ports.TicketStore
	ports.UserStore
	ports.EventStore
	ports.DeliveryStore
	ports.Pinger
	BeginEra(ctx context.Context) error
	Connector() driver.Connector
	Pools() map[string]*sql.DB
	Dropped() map[string]int64
	Close() error
}

// reads is the part of a store that replicas may answer.
type reads interface {
	ports.TicketLister
	ports.StatsReader
	ports.UserReader
	ports.RecordReader
	ports.EventReader
	ports.LabelledTickets
}

// openStore connects and, unless MIGRATE is false, brings the schema up to date.
func openStore(ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger) (store, error) {
	st, m, err := connect(ctx, s, t, log)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, s, st, m, log); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// prepare prepares the schema and the log of events.
func prepare(
	ctx context.Context, s settings.Store, st store, m *migrations.Migrator, log *slog.Logger,
) error {
	current, err := prepareSchema(ctx, s, m, log)
	if err != nil || !current || s.NoEvents {
		return err
	}
	return st.BeginEra(ctx)
}

// connect leaves the schema as it is.
func connect(
	ctx context.Context, s settings.Store, t telemetry.Traces, log *slog.Logger,
) (store, *migrations.Migrator, error) {
	if s.SQLite {
		st, err := sqlite.OpenWith(ctx, s.URL, sqlite.Options{OpenDB: t.OpenDB("sqlite"), NoEvents: s.NoEvents})
		if err != nil {
			return nil, nil, fmt.Errorf("DB_URL: %w", err)
		}
		m, err := migrations.SQLite(st.Connector(), st.Path(), log)
		return st, m, closeUnless(err, st)
	}
	for _, note := range s.Notes {
		log.WarnContext(ctx, "DB_URL: "+note)
	}
	o := postgres.Options{
		MaxConns: s.MaxConns, Batch: s.Batch, NoEvents: s.NoEvents, Pooler: s.Pooler, Log: log,
		OpenDB: t.OpenDB("postgresql"),
	}
	if s.Watched {
		o.Usable = retry.NewOutage(log, "PostgreSQL cannot be used; the server runs, is not ready and tries again",
			"PostgreSQL can be used again").Note
	}
	st, err := postgres.Open(ctx, s.URL, o)
	if err != nil {
		return nil, nil, fmt.Errorf("DB_URL: %w", err)
	}
	m, err := migrations.Postgres(st.Connector(), log)
	return st, m, closeUnless(err, st)
}

// closeUnless closes a store that will not be used.
func closeUnless(err error, st store) error {
	if err == nil {
		return nil
	}
	return errors.Join(err, st.Close())
}

// prepareSchema migrates, or says what the database lacks; current says that it lacks nothing. A schema of a
// newer program is fine: every migration works while the program before it still runs.
func prepareSchema(
	ctx context.Context, s settings.Store, m *migrations.Migrator, log *slog.Logger,
) (current bool, err error) {
	if s.Migrate {
		err := m.Up(ctx)
		noteNewer(ctx, err, log)
		return true, IgnoreNewer(err)
	}
	status, err := m.Version(ctx)
	if err == nil && status.Current < status.Latest {
		log.WarnContext(ctx, "the database schema is older than this program and MIGRATE is false: "+
			"run `ticketd migrate up`", "version", status.Current, "needed", status.Latest)
	}
	return status.Current >= status.Latest, err
}

func noteNewer(ctx context.Context, err error, log *slog.Logger) {
	if errors.Is(err, migrations.ErrNewer) {
		log.WarnContext(ctx, "a newer ticketd migrated this database; this one goes on with it",
			"note", err.Error())
	}
}

// IgnoreNewer takes a schema that is newer than this program for a success.
func IgnoreNewer(err error) error {
	if errors.Is(err, migrations.ErrNewer) {
		return nil
	}
	return err
}

// Advice says what a person has to do about an error of a database that does not pass by itself, "" about any
// other.
func Advice(err error) string { return cmp.Or(postgres.Advice(err), sqlite.Advice(err)) }

// Migrator changes the schema of a database.
type Migrator struct {
	*migrations.Migrator
	Missing string // the database's file if it is not there: an empty one in memory stands in for it
	store   store
}

// OpenMigrator opens the settings' database as it is; if they allow no new one, it looks whether it is there
// before. Log lines go to logs.
func OpenMigrator(ctx context.Context, s settings.Store, logs io.Writer) (*Migrator, error) {
	missing := ""
	if s.Opening != settings.OpenToServe {
		switch err := isThere(s); {
		case err == nil:
		case s.Opening == settings.OpenToLook && errors.Is(err, errNoDatabase):
			missing, s.URL = strings.TrimPrefix(s.URL, "sqlite://"), sqlite.InMemory
		default:
			return nil, err
		}
	}
	st, m, err := connect(ctx, s, telemetry.Traces{}, newLogger(logs, slog.LevelWarn))
	if err != nil {
		return nil, err
	}
	return &Migrator{m, missing, st}, nil
}

// Close closes the database.
func (m *Migrator) Close() error { return m.store.Close() }
