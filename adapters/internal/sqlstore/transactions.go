package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
)

// Transact runs do in a transaction, which it commits, or rolls back if do fails.
func Transact(
	ctx context.Context, db *sqlx.DB, o *sql.TxOptions, do func(tx *sqlx.Tx) error,
) error {
	tx, err := db.BeginTxx(ctx, o)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			return errors.Join(err, undo)
		}
		return err
	}
	return tx.Commit()
}

// Changed returns how many rows a statement changed or found.
func Changed(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
