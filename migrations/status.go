package migrations

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/golang-migrate/migrate/v4/source"
	"github.com/golang-migrate/migrate/v4/source/iofs"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

// No migration starts from a database in one of these states.
var (
	// ErrNewer: a newer program migrated the database. This program still works with it, since every step works
	// with the previous version.
	ErrNewer = errors.New("the database schema is newer than this program")
	// ErrDirty: another tool's migration was interrupted; this program's steps are atomic. A person has to find
	// out which version the schema has and set it with "migrate force".
	ErrDirty = errors.New("a migration of the database schema was cut off")
)

// Status is the migration state of a database.
type Status struct {
	Current uint // 0 for an empty database
	Latest  uint // the newest version that this program has
	Dirty   bool // the migration to Current, up or down, was interrupted
}

// Newer reports whether a newer program migrated the database.
func (s Status) Newer() bool { return s.Current > s.Latest }

// steps are the migrations of one engine.
type steps struct {
	source   source.Driver
	versions []uint
	names    map[uint]string
}

func readSteps(folder string) (steps, error) {
	src, err := iofs.New(files, folder)
	if err != nil {
		return steps{}, err
	}
	s := steps{source: src, names: map[uint]string{}}
	for v, err := src.First(); ; v, err = src.Next(v) {
		if errors.Is(err, fs.ErrNotExist) {
			return s, nil
		}
		if err != nil {
			return steps{}, err
		}
		body, name, err := src.ReadUp(v)
		if err != nil {
			return steps{}, err
		}
		if err := body.Close(); err != nil {
			return steps{}, err
		}
		s.versions = append(s.versions, v)
		s.names[v] = fmt.Sprintf("%04d_%s", v, name)
	}
}

func (s steps) latest() uint { return s.versions[len(s.versions)-1] }

func (s steps) has(v uint) bool { return slices.Contains(s.versions, v) }

// made returns the number of steps up to version v.
func (s steps) made(v uint) int {
	n, found := slices.BinarySearch(s.versions, v)
	if found {
		n++
	}
	return n
}

// checkCount refuses to take back more steps than were made.
func (s steps) checkCount(st Status, count int) error {
	if made := s.made(st.Current); count < 1 || count > made {
		return fmt.Errorf("cannot take back %d migrations: the database is at version %d, after %d of them", count,
			st.Current, made)
	}
	return nil
}

// after returns the version that follows v.
func (s steps) after(v uint) uint { return s.versions[s.made(v)] }

func (s steps) before(v uint) uint {
	if n := s.made(v); n > 1 {
		return s.versions[n-2]
	}
	return 0
}

// check returns the error for a state from which no migration starts, or nil.
func (s steps) check(st Status) error {
	switch {
	case st.Dirty:
		return fmt.Errorf("%w at version %d: %s", ErrDirty, st.Current, s.repair(st.Current))
	case st.Newer():
		return fmt.Errorf("%w: it is at version %d, the newest that this program knows is %d", ErrNewer, st.Current,
			st.Latest)
	default:
		return nil
	}
}

// repair returns advice on how to go on. A file is one transaction, so either all of its changes are there or
// none.
func (s steps) repair(v uint) string {
	if !s.has(v) {
		return "use the program that brought this version, or restore a backup"
	}
	return fmt.Sprintf(
		"look whether the changes of %s.up.sql are in the database (they are there as a whole or not at all), "+
			"or restore a backup; if they are there, run `ticketd migrate force %d`, "+
			"if not, `ticketd migrate force %d`; then `ticketd migrate up`",
		s.names[v], v, s.before(v))
}

// closing calls end and joins both errors.
func closing(err error, end func() error) error { return errors.Join(err, end()) }
