package settings

import (
	"cmp"
	"errors"
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
	Pooler   postgres.Pooler
	Migrate  bool
	Opening  Opening
	NoEvents bool     // changes leave no events
	Notes    []string // what DB_URL says that is taken otherwise
	Watched  bool     // the log says when the database cannot be used, and when it can again

	ReadURL   string // of replicas; empty without any; has the password
	ReadNotes []string
	Replicas  int
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

var poolers = map[string]postgres.Pooler{
	"auto": postgres.PoolerAuto, "none": postgres.PoolerNone, "transaction": postgres.PoolerTransaction,
}

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
	pooler, known := poolers[raw.DBPooler]
	if s.Pooler = pooler; !known {
		r.complain("DB_POOLER", "must be auto, none or transaction, not %q", raw.DBPooler)
	}
	conns := defaultMaxConns
	if n := len(sqliteScheme); len(raw.DBURL) > n && strings.EqualFold(raw.DBURL[:n], sqliteScheme) {
		s.SQLite, s.URL = true, sqliteScheme+raw.DBURL[n:]
	} else if a, err := postgres.ParseAddress(raw.DBURL); errors.Is(err, postgres.ErrForm) {
		r.complain("DB_URL", "must begin with sqlite:// and a file name, or it %s", err)
	} else if err != nil {
		r.complain("DB_URL", "%s", err)
	} else {
		s.Notes = a.Notes
		conns = cmp.Or(a.MaxConns, conns)
	}
	if s.MaxConns = conns; raw.DBMaxConns != "" {
		s.MaxConns = r.number("DB_MAX_CONNS", raw.DBMaxConns, 1, 1000)
	}
	raw.parseReads(r, &s)
	return s
}

func (raw RawStore) parseReads(r *reader, s *Store) {
	if raw.DBReadURL == "" {
		return
	}
	if s.SQLite {
		r.complain("DB_READ_URL", "needs a DB_URL of PostgreSQL: SQLite has no replicas")
		return
	}
	a, err := postgres.ParseAddress(raw.DBReadURL)
	if err != nil {
		r.complain("DB_READ_URL", "%s", err)
	}
	s.ReadURL, s.ReadNotes, s.Replicas = raw.DBReadURL, a.Notes, a.Hosts
}
