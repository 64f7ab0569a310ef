package sqlstore

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/jmoiron/sqlx"
)

// Statements keeps the statements that were used last prepared. It is safe for concurrent use.
type Statements struct {
	db    *sqlx.DB
	limit int

	mu   sync.Mutex
	kept *simplelru.LRU[string, *statement] // by query
}

// statement is closed when it has no user left. The cache that keeps it is one of them.
type statement struct {
	*sqlx.Stmt
	users atomic.Int64
}

// NewStatements keeps up to limit statements. It panics if limit is below 1.
func NewStatements(db *sqlx.DB, limit int) *Statements {
	kept, err := simplelru.NewLRU[string, *statement](limit, nil)
	if err != nil {
		panic(err)
	}
	return &Statements{db: db, limit: limit, kept: kept}
}

// Rows runs a prepared query and returns all of its rows. It reads to the very end: without an error, a
// change that returns rows is committed.
func Rows[R any](ctx context.Context, s *Statements, query string, args ...any) ([]R, error) {
	var rows []R
	err := s.use(ctx, query, func(st *sqlx.Stmt) error { return st.SelectContext(ctx, &rows, args...) })
	return rows, err
}

// One runs a prepared query that gives one row or none.
func One[R any](
	ctx context.Context, s *Statements, query string, args ...any,
) (row R, found bool, err error) {
	rows, err := Rows[R](ctx, s, query, args...)
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return rows[0], true, nil
}

// Exec runs a prepared statement and returns how many rows it changed.
func Exec(ctx context.Context, s *Statements, query string, args ...any) (changed int64, err error) {
	err = s.use(ctx, query, func(st *sqlx.Stmt) error {
		result, err := st.ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		changed, err = result.RowsAffected()
		return err
	})
	return changed, err
}

// use prepares the query once. On new connections, database/sql prepares it again.
func (s *Statements) use(ctx context.Context, query string, do func(*sqlx.Stmt) error) error {
	st := s.lookUp(query)
	if st == nil {
		prepared, err := s.db.PreparexContext(ctx, query)
		if err != nil {
			return err
		}
		st = &statement{Stmt: prepared}
		st.users.Add(1)
		if oldest := s.keep(query, st); oldest != nil {
			oldest.release()
		}
	}
	defer st.release()
	return do(st.Stmt)
}

func (s *Statements) lookUp(query string) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, found := s.kept.Get(query)
	if found {
		st.users.Add(1)
	}
	return st
}

// keep takes a new statement in and returns the one that has to make room, if any. If another caller was
// faster, theirs stays, and this one ends with its first use.
func (s *Statements) keep(query string, st *statement) (oldest *statement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept.Contains(query) {
		return nil
	}
	if s.kept.Len() == s.limit {
		_, oldest, _ = s.kept.RemoveOldest()
	}
	st.users.Add(1)
	s.kept.Add(query, st)
	return oldest
}

// release drops the error of Close: a connection that cannot close its statement is lost, and the statement
// with it.
func (st *statement) release() {
	if st.users.Add(-1) == 0 {
		_ = st.Close()
	}
}
