package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
)

// InTransaction runs do in a transaction of db, which it commits unless do fails.
func InTransaction(ctx context.Context, db *sqlx.DB, o *sql.TxOptions, do func(tx *sqlx.Tx) error) error {
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
