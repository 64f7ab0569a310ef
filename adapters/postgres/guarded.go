package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"sync/atomic"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"ticketd/domain"
)

// pqConn is what lib/pq's connections can do.
type pqConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// guarded is a session that is not used again once its server turned out to take no changes. It fails a
// change that its server says it could not replicate.
type guarded struct {
	pqConn
	connector *connector
	wire      *wire
	era       int64       // of the connector, at its making
	alone     atomic.Bool // the change under way was not replicated
}

func newGuarded(c *connector, made driver.Conn, w *wire) (*guarded, error) {
	l, ok := made.(pqConn)
	if !ok {
		return nil, errors.New("the driver lacks a method")
	}
	s := &guarded{pqConn: l, connector: c, wire: w}
	pq.SetNoticeHandler(made, func(n *pq.Error) {
		// The server commits when its wait for a standby is cancelled, and only warns. (PostgreSQL's syncrep.c)
		if n.Routine == "SyncRepWaitForLSN" {
			s.alone.Store(true)
		}
	})
	return s, nil
}

// suits returns an error if the session is not the one that is wanted, and readOnly if it takes no changes.
func (s *guarded) suits(attrs pq.TargetSessionAttrs) (readOnly, err error) {
	rows, err := s.pqConn.QueryContext(context.Background(), stateSQL, nil) // the wire ends with our context
	if err != nil {
		return nil, err
	}
	row := make([]driver.Value, 2)
	if err := errors.Join(rows.Next(row), rows.Close()); err != nil {
		return nil, err
	}
	standby, _ := row[0].(bool)
	closed, _ := row[1].(bool)
	return refusal(standby, closed), unsuited(attrs, standby, closed)
}

// IsValid implements driver.Validator.
func (s *guarded) IsValid() bool { return s.connector.current(s.era) && s.pqConn.IsValid() }

// ResetSession implements driver.SessionResetter.
func (s *guarded) ResetSession(ctx context.Context) error {
	if !s.connector.current(s.era) {
		return driver.ErrBadConn
	}
	return s.pqConn.ResetSession(ctx)
}

// Close implements driver.Conn.
func (s *guarded) Close() error {
	if !s.connector.current(s.era) {
		s.connector.drop(DroppedReadOnly)
	}
	return s.pqConn.Close()
}

// QueryContext implements driver.QueryerContext.
func (s *guarded) QueryContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Rows, error) {
	return s.rows(s.pqConn.QueryContext(ctx, query, args))
}

// ExecContext implements driver.ExecerContext.
func (s *guarded) ExecContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Result, error) {
	return s.result(s.pqConn.ExecContext(ctx, query, args))
}

// BeginTx implements driver.ConnBeginTx.
func (s *guarded) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	tx, err := s.pqConn.BeginTx(ctx, o)
	if pq.As(err, pqerror.FeatureNotSupported) != nil { // what a standby says to BEGIN READ WRITE
		return nil, s.refused(err)
	}
	if err != nil {
		return nil, s.judged(err)
	}
	return guardedTx{tx, s}, nil
}

// PrepareContext implements driver.ConnPrepareContext.
func (s *guarded) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	made, err := s.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, s.judged(err)
	}
	p, ok := made.(pqStmt)
	if !ok {
		return nil, errors.Join(errors.New("the driver lacks a method"), made.Close())
	}
	return guardedStmt{p, s}, nil
}

type pqStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type guardedStmt struct {
	pqStmt
	session *guarded
}

func (st guardedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return st.session.rows(st.pqStmt.QueryContext(ctx, args))
}

func (st guardedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return st.session.result(st.pqStmt.ExecContext(ctx, args))
}

type guardedTx struct {
	driver.Tx
	session *guarded
}

func (t guardedTx) Commit() error { return t.session.judged(t.Tx.Commit()) }

// guardedRows are read to their end before anybody takes a change that returns them for done.
type guardedRows struct {
	driver.Rows
	session *guarded
}

func (r guardedRows) Next(to []driver.Value) error {
	err := r.Rows.Next(to)
	if errors.Is(err, io.EOF) {
		if alone := r.session.judged(nil); alone != nil {
			return alone
		}
	}
	return err
}

// Close reads what is left.
func (r guardedRows) Close() error { return r.session.judged(r.Rows.Close()) }

func (s *guarded) rows(r driver.Rows, err error) (driver.Rows, error) {
	if err != nil {
		return nil, s.judged(err)
	}
	return guardedRows{r, s}, nil
}

func (s *guarded) result(r driver.Result, err error) (driver.Result, error) {
	return r, s.judged(err)
}

var errAlone = domain.ErrStoreUnavailable.With(errors.New(
	"the change is stored on the primary alone: it gave up waiting for a standby"))

// judged returns how a call ended.
func (s *guarded) judged(err error) error {
	switch alone := s.alone.Swap(false); {
	case err == nil && alone:
		s.connector.mistrust(s.wire.RemoteAddr().String())
		s.connector.renew(s.era)
		return errAlone
	case err != nil && pq.As(err, pqerror.ReadOnlySQLTransaction) != nil:
		return s.refused(err)
	}
	return err
}

// refused is for a server that takes no changes. It has the pool emptied, and database/sql try elsewhere what
// the server did not do.
func (s *guarded) refused(err error) error {
	readOnly := domain.ErrStoreReadOnly.With(err)
	s.connector.usable(context.Background(), readOnly)
	migrating := s.connector.patience == 0 // in one session, and with no use for others
	if !migrating && s.connector.renew(s.era) {
		return badConnError{readOnly}
	}
	return readOnly
}

// badConnError is an error after which database/sql throws the connection away.
type badConnError struct{ error }

func (b badConnError) Is(target error) bool { return target == driver.ErrBadConn }

func (b badConnError) Unwrap() error { return b.error }
