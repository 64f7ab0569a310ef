package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/golang-migrate/migrate/v4/database"
)

// stepDriver lets golang-migrate make a step as a whole: its changes and the version it leads to are one transaction. A process that
// is killed in the middle leaves the schema as it was before, and nobody has to repair it.
type stepDriver struct {
	database.Driver
	ctx context.Context // of the whole migration: golang-migrate hands none on
	db  beginner
	// outside runs a step that no transaction can hold and that may be repeated; it returns false for any other. nil: there is none.
	outside func(ctx context.Context, step string) (bool, error)
	version int  // where the step leads
	noted   bool // the step's own transaction has noted it
}

type beginner interface {
	BeginTx(ctx context.Context, o *sql.TxOptions) (*sql.Tx, error)
}

// Lock has nothing to do: who migrates holds the engine's lock.
func (d *stepDriver) Lock() error { return nil }

// Unlock has nothing to do either.
func (d *stepDriver) Unlock() error { return nil }

// SetVersion is called before a step with dirty, which only tells Run where it leads, and again after it.
func (d *stepDriver) SetVersion(version int, dirty bool) error {
	noted := d.noted
	d.version, d.noted = version, false
	if dirty || noted {
		return nil
	}
	return d.transact("")
}

// Run makes the step.
func (d *stepDriver) Run(step io.Reader) error {
	text, err := io.ReadAll(step)
	if err != nil {
		return err
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

// exec notes the version by rows: golang-migrate's TRUNCATE would wait for every backup that is under way.
func (d *stepDriver) exec(tx *sql.Tx, step string) error {
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
	_, err := tx.ExecContext(d.ctx, fmt.Sprintf(`INSERT INTO schema_migrations (version, dirty) VALUES (%d, false)`, d.version))
	return err
}
