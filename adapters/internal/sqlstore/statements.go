package sqlstore

import (
	"container/list"
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// Statements keeps the statements that were used last prepared. It is safe for concurrent use.
type Statements struct {
	db    *sqlx.DB
	limit int

	mu    sync.Mutex
	byUse *list.List // of *statement, the last used in front
	index map[string]*list.Element
}

type statement struct {
	query   string
	stmt    *sqlx.Stmt
	users   int
	evicted bool
}

// NewStatements keeps up to limit statements.
func NewStatements(db *sqlx.DB, limit int) *Statements {
	return &Statements{db: db, limit: limit, byUse: list.New(), index: map[string]*list.Element{}}
}

// Rows runs a query, prepared, and reads all of its rows. It reads to the very end, so that a change which returns rows has
// been committed when there is no error.
func Rows[R any](ctx context.Context, s *Statements, query string, args ...any) ([]R, error) {
	var rows []R
	err := s.use(ctx, query, func(st *sqlx.Stmt) error { return st.SelectContext(ctx, &rows, args...) })
	return rows, err
}

// One runs a query that gives one row or none.
func One[R any](ctx context.Context, s *Statements, query string, args ...any) (row R, found bool, err error) {
	rows, err := Rows[R](ctx, s, query, args...)
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return rows[0], true, nil
}

// Exec runs a statement, prepared, and counts the rows it changed.
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

// use prepares the query once. Of connections that are new, database/sql takes care: it prepares it there again.
func (s *Statements) use(ctx context.Context, query string, do func(*sqlx.Stmt) error) error {
	st := s.lookUp(query)
	if st == nil {
		prepared, err := s.db.PreparexContext(ctx, query)
		if err != nil {
			return err
		}
		st = s.keep(query, prepared)
	}
	defer s.release(st)
	return do(st.stmt)
}

func (s *Statements) lookUp(query string) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.index[query]
	if !ok {
		return nil
	}
	s.byUse.MoveToFront(e)
	st := e.Value.(*statement)
	st.users++
	return st
}

// keep takes a new statement in. If another caller was faster, his stays and this one goes after its first use.
func (s *Statements) keep(query string, prepared *sqlx.Stmt) *statement {
	st := &statement{query: query, stmt: prepared, users: 1}
	if old := s.insert(st); old != nil {
		discard(old)
	}
	return st
}

// insert returns the statement that has to make room, if nobody uses it.
func (s *Statements) insert(st *statement) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.index[st.query]; ok {
		st.evicted = true
		return nil
	}
	s.index[st.query] = s.byUse.PushFront(st)
	if s.byUse.Len() <= s.limit {
		return nil
	}
	old := s.byUse.Remove(s.byUse.Back()).(*statement)
	delete(s.index, old.query)
	old.evicted = true
	if old.users > 0 {
		return nil
	}
	return old
}

func (s *Statements) release(st *statement) {
	s.mu.Lock()
	st.users--
	last := st.users == 0 && st.evicted
	s.mu.Unlock()
	if last {
		discard(st)
	}
}

// discard drops the error: a connection that cannot close its statement is lost, and the statement with it.
func discard(st *statement) { _ = st.stmt.Close() }
