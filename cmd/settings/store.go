package settings

import (
	"cmp"
	"strings"

	"ticketd/adapters/postgres"
)

// Store say where tickets are kept.
type Store struct {
	URL      string // has the password: never log it
	SQLite   bool
	MaxConns int
	Batch    bool // concurrent calls share statements
	Migrate  bool
	Notes    []string // what DB_URL says that is taken otherwise
}

const defaultMaxConns = 16

// Kind names the engine for people.
func (s Store) Kind() string {
	if s.SQLite {
		return "sqlite"
	}
	return "postgres"
}

// Parse checks the store's settings alone, for commands that need no others.
func (raw RawStore) Parse() (Store, error) {
	var r reader
	s := raw.parse(&r)
	return s, r.err()
}

func (raw RawStore) parse(r *reader) Store {
	s := Store{
		URL:     raw.DBURL,
		Batch:   r.boolean("DB_BATCH", raw.DBBatch),
		Migrate: r.boolean("MIGRATE", raw.Migrate),
	}
	conns := defaultMaxConns
	if name, ok := strings.CutPrefix(raw.DBURL, "sqlite://"); ok && name != "" {
		s.SQLite = true
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
