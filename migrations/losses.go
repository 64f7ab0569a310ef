package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// Loss is what a step that is taken back drops.
type Loss struct {
	Step   string // such as 0012_classifications_by
	Table  string // empty if the step drops no data
	Column string // empty for the whole table
	Rows   int    // that have something there
}

// What the down files of both engines drop with data in it; files_test.go holds that there is nothing else.
var dropped = regexp.MustCompile(`(?m)^(?:DROP TABLE (\w+)|ALTER TABLE (\w+) DROP COLUMN (\w+));`)

// Losses returns what Down would drop, in its order, and the same errors for a count that it refuses. It
// changes nothing.
func (m *Migrator) Losses(ctx context.Context, count int) ([]Loss, error) {
	db := sql.OpenDB(m.connector)
	losses, err := m.losses(ctx, db, count)
	return losses, closing(err, db.Close)
}

func (m *Migrator) losses(ctx context.Context, db *sql.DB, count int) (all []Loss, err error) {
	s, err := m.ready(ctx, db)
	if err != nil {
		return nil, err
	}
	if err := m.steps.checkCount(s, count); err != nil {
		return nil, err
	}
	version := s.Current
	for range count {
		step, err := m.steps.dropped(version)
		if err != nil {
			return nil, err
		}
		for _, l := range step {
			if l.Rows, err = countLost(ctx, db, l); err != nil {
				return nil, fmt.Errorf("count what is in %s: %w", l.Table, err)
			}
			all = append(all, l)
		}
		version = m.steps.before(version)
	}
	return all, nil
}

// dropped returns what a step drops, without the number of rows; one entry without a table if it is no data.
func (s steps) dropped(version uint) (all []Loss, err error) {
	name := s.names[version]
	body, _, err := s.source.ReadDown(version)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	text, err := io.ReadAll(body)
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	for _, found := range dropped.FindAllStringSubmatch(string(text), -1) {
		all = append(all, Loss{Step: name, Table: found[1] + found[2], Column: found[3]})
	}
	if len(all) == 0 {
		all = []Loss{{Step: name}}
	}
	return all, nil
}

// countLost counts the rows of a table, or those in which a column has more than its empty value.
func countLost(ctx context.Context, db *sql.DB, l Loss) (n int, err error) {
	query := "SELECT count(*) FROM " + l.Table
	switch {
	case l.Table == "":
		return 0, nil
	case l.Column != "":
		query += " WHERE CAST(" + l.Column + " AS text) NOT IN ('', '0', 'false')"
	}
	err = db.QueryRowContext(ctx, query).Scan(&n)
	return n, err
}

// Between returns the names of the steps that lead from one version to a later one, in their order.
func (m *Migrator) Between(from, to uint) (names []string) {
	for _, v := range m.steps.versions {
		if v > from && v <= to {
			names = append(names, m.steps.names[v])
		}
	}
	return names
}
