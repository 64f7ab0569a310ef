package settings

import (
	"cmp"
	"log/slog"
	"strings"

	"ticketd/adapters/postgres"
)

// Store says where tickets are kept.
type Store struct {
	URL      string // has the password: never log it
	SQLite   bool
	MaxConns int
	Batch    bool // concurrent calls share statements
	Migrate  bool
	Opening  Opening
	NoEvents bool     // changes leave no events
	Notes    []string // what DB_URL says that is taken otherwise
}

// Opening says what becomes of a database that is not there or whose schema is older than this program.
type Opening int

const (
	OpenToServe  Opening = iota // it is made and, unless MIGRATE is false, migrated
	OpenExisting                // it is refused
	OpenToLook                  // an empty one in memory stands in for a missing one, an old one is refused
	OpenLater                   // an empty one in memory stands in until a missing one is made
)

const (
	defaultMaxConns = 16
	sqliteScheme    = "sqlite://" // in any case
)

// Kind names the engine for people.
func (s Store) Kind() string {
	if s.SQLite {
		return "sqlite"
	}
	return "postgres"
}

// Parse checks the store's settings alone, for commands that need no others. Warnings are worth a log line.
func (raw RawStore) Parse() (Common, error) {
	var r reader
	s := Common{Store: raw.parse(&r), Process: Process{LogLevel: slog.LevelWarn}}
	return s, r.err()
}

func (raw RawStore) parse(r *reader) Store {
	s := Store{
		URL:     raw.DBURL,
		Batch:   r.boolean("DB_BATCH", raw.DBBatch),
		Migrate: r.boolean("MIGRATE", raw.Migrate), NoEvents: !r.boolean("EVENTS", raw.Events),
	}
	conns := defaultMaxConns
	if n := len(sqliteScheme); len(raw.DBURL) > n && strings.EqualFold(raw.DBURL[:n], sqliteScheme) {
		s.SQLite, s.URL = true, sqliteScheme+raw.DBURL[n:]
	} else if a, err := postgres.ParseAddress(raw.DBURL); err != nil {
		r.complain("DB_URL", "%s", err)
	} else {
		s.Notes = a.Notes
		conns = cmp.Or(a.MaxConns, conns)
	}
	if s.MaxConns = conns; raw.DBMaxConns != "" {
		s.MaxConns = r.number("DB_MAX_CONNS", raw.DBMaxConns, 1, 1000)
	}
	return s
}
