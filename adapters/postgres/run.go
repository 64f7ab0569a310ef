package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
)

// grace is how long the server may take to confirm that it cancelled a statement.
const grace = time.Second

// within runs do. If do does not end with ctx and grace, within returns without it; do ends by itself, at the
// latest after patience.
func within[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := do()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
	}
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case r := <-done:
		return r.value, r.err
	case <-late.C:
		var none T
		return none, ctx.Err()
	}
}

func rows[R any](ctx context.Context, s *Store, query string, args ...any) ([]R, error) {
	return within(ctx, func() ([]R, error) { return sqlstore.Rows[R](ctx, s.statements, query, args...) })
}

// unprepared runs a query that is planned for its values.
func unprepared[R any](ctx context.Context, s *Store, query string, args ...any) ([]R, error) {
	return within(ctx, func() (list []R, err error) {
		err = s.db.SelectContext(ctx, &list, query, args...)
		return list, err
	})
}

func one[R any](ctx context.Context, s *Store, query string, args ...any) (row R, found bool, err error) {
	list, err := rows[R](ctx, s, query, args...)
	if err != nil || len(list) == 0 {
		return row, false, err
	}
	return list[0], true, nil
}

func exec(ctx context.Context, s *Store, query string, args ...any) (changed int64, err error) {
	return within(ctx, func() (int64, error) { return sqlstore.Exec(ctx, s.statements, query, args...) })
}

// change runs do in one transaction.
func (s *Store) change(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	return sqlstore.InTransaction(ctx, s.db, nil, do)
}

// snapshot runs do, which only reads, in one transaction that sees the database as it is at its first query.
func (s *Store) snapshot(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	o := sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	return sqlstore.InTransaction(ctx, s.db, &o, do)
}
