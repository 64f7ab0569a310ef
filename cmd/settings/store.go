package settings

import (
	"net/url"
	"strings"
)

// Store say where tickets are kept.
type Store struct {
	URL      string // has the password: never log it
	SQLite   bool
	MaxConns int
	Batch    bool // concurrent calls share statements
	Migrate  bool
}

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
		URL:      raw.DBURL,
		MaxConns: r.number("DB_MAX_CONNS", raw.DBMaxConns, 1, 1000),
		Batch:    r.boolean("DB_BATCH", raw.DBBatch),
		Migrate:  r.boolean("MIGRATE", raw.Migrate),
	}
	scheme, rest, found := strings.Cut(raw.DBURL, "://")
	switch {
	case found && scheme == "sqlite" && rest != "":
		s.SQLite = true
	case found && (scheme == "postgres" || scheme == "postgresql"):
		if _, err := url.Parse(raw.DBURL); err != nil {
			r.complain("DB_URL", "is no well-formed URL; characters such as @ : / ? # in a password must be %%-escaped")
		}
	default:
		r.complain("DB_URL", "must begin with sqlite:// and a file name, postgres:// or postgresql://")
	}
	return s
}
