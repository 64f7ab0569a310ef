package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/golang-migrate/migrate/v4/database"
)

// stepDriver makes golang-migrate's steps atomic: a step's changes and its version are one transaction. A
// process that is killed in between leaves the schema as it was, and nobody has to repair it.
type stepDriver struct {
	database.Driver
	ctx context.Context // of the whole migration: golang-migrate passes none on
	db  beginner
	// alone is nil, or returns an error if another process may migrate by now.
	alone  func(ctx context.Context) error
	limits string // a statement at the beginning of a step's transaction, "" for none
	// outside runs a repeatable step that must not run in a transaction; it returns false for any other step.
	// It is nil if the engine has no such steps.
	outside func(ctx context.Context, step string) (bool, error)
	version int  // the version after the step
	noted   bool // the step's own transaction has stored version
}

type beginner interface {
	BeginTx(ctx context.Context, o *sql.TxOptions) (*sql.Tx, error)
}

// Lock does nothing: the migrator holds the engine's lock.
func (d *stepDriver) Lock() error { return nil }

// Unlock does nothing either.
func (d *stepDriver) Unlock() error { return nil }

// SetVersion is called with dirty before a step, which tells Run the new version, and without after it.
func (d *stepDriver) SetVersion(version int, dirty bool) error {
	noted := d.noted
	d.version, d.noted = version, false
	if dirty || noted {
		return nil
	}
	return d.transact("")
}

// Run runs the step.
func (d *stepDriver) Run(step io.Reader) error {
	text, err := io.ReadAll(step)
	if err != nil {
		return err
	}
	if d.alone != nil {
		if err := d.alone(d.ctx); err != nil {
			return err
		}
	}
	if d.outside != nil {
		if ran, err := d.outside(d.ctx, string(text)); ran || err != nil {
			return err
		}
	}
	err = d.transact(string(text))
	d.noted = err == nil
	return err
}

func (d *stepDriver) transact(step string) error {
	tx, err := d.db.BeginTx(d.ctx, nil)
	if err != nil {
		return err
	}
	if err := d.exec(tx, step); err != nil {
		if undone := tx.Rollback(); !errors.Is(undone, sql.ErrTxDone) {
			err = errors.Join(err, undone)
		}
		return err
	}
	return tx.Commit()
}

// exec stores the version by deleting and inserting rows: golang-migrate's TRUNCATE would wait for every
// backup under way.
func (d *stepDriver) exec(tx *sql.Tx, step string) error {
	if d.limits != "" {
		if _, err := tx.ExecContext(d.ctx, d.limits); err != nil {
			return err
		}
	}
	if step != "" {
		if _, err := tx.ExecContext(d.ctx, step); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(d.ctx, `DELETE FROM schema_migrations`); err != nil {
		return err
	}
	if d.version == database.NilVersion {
		return nil
	}
	_, err := tx.ExecContext(d.ctx,
		fmt.Sprintf(`INSERT INTO schema_migrations (version, dirty) VALUES (%d, false)`, d.version))
	return err
}
