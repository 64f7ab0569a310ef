package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// session is a connection that names no statement where its session may be another client's by the next
// transaction, and that never lets database/sql repeat what may have been done.
type session struct {
	pqConn
	sessions *sessions
	wire     net.Conn        // nil if unknown
	raw      syscall.RawConn // nil if there is none

	pid    int64 // of the server's process at the start
	direct bool  // nothing is between
}

// errLost is an error of the network.
var errLost = fmt.Errorf("the connection was lost before the answer came: %w", io.ErrUnexpectedEOF)

// lost keeps database/sql from sending a statement again whose answer did not come, which lib/pq's
// driver.ErrBadConn makes it do: it may have been done. A SELECT may be sent again; none outside of
// transactions changes anything.
func lost(query string, err error) error {
	if _, undone := errors.AsType[badConnError](err); undone {
		return err
	}
	if errors.Is(err, driver.ErrBadConn) && !strings.HasPrefix(strings.TrimSpace(query), "SELECT") {
		return errLost
	}
	return err
}

// Kept reports whether the session is this connection's as long as that lives, with all its settings.
func (c *session) Kept() bool { return c.direct || !c.sessions.shared.Load() }

// Prepare implements driver.Conn.
func (c *session) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *session) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if !c.Kept() {
		return unnamed{c, query}, nil
	}
	st, err := c.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	all, ok := st.(pqStmt)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%T lacks a method", st), st.Close())
	}
	return named{all, c, query}, nil
}

// QueryContext implements driver.QueryerContext.
func (c *session) QueryContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Rows, error) {
	rows, err := c.pqConn.QueryContext(ctx, query, args)
	return rows, lost(query, err)
}

// ExecContext implements driver.ExecerContext.
func (c *session) ExecContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Result, error) {
	result, err := c.pqConn.ExecContext(ctx, query, args)
	return result, lost(query, err)
}

// CheckNamedValue implements driver.NamedValueChecker. lib/pq would send bytes in the server's binary format,
// which they are not; no column is a bytea.
func (c *session) CheckNamedValue(v *driver.NamedValue) error {
	err := c.pqConn.CheckNamedValue(v)
	if errors.Is(err, driver.ErrSkip) {
		v.Value, err = driver.DefaultParameterConverter.ConvertValue(v.Value)
	}
	if b, ok := v.Value.([]byte); ok && b != nil {
		v.Value = string(b)
	}
	return err
}

// ResetSession implements driver.SessionResetter. It finds a connection that was ended while nobody used it,
// so that its next statement goes through another one.
func (c *session) ResetSession(ctx context.Context) error {
	if c.raw != nil && hungUp(c.raw, false) {
		return driver.ErrBadConn
	}
	return c.pqConn.ResetSession(ctx)
}

// Close implements driver.Conn.
func (c *session) Close() error {
	c.sessions.forget(c)
	return c.pqConn.Close()
}

// abandon closes a connection that was of no use. One that does not answer needs no farewell.
func (c *session) abandon() error {
	if err := c.pqConn.Close(); !unreachable(err) {
		return err
	}
	return nil
}

const identifySQL = `SELECT pg_backend_pid(), host(inet_client_addr()), inet_client_port()`

// identify asks which process of the server has the session, and whether the server's peer is this end of the
// connection: then it is direct.
func (c *session) identify(ctx context.Context) error {
	pid, peer, err := c.ask(ctx)
	c.pid = pid
	if c.wire == nil {
		return err
	}
	if local, ok := c.wire.LocalAddr().(*net.TCPAddr); ok && peer.IsValid() {
		own := local.AddrPort()
		c.direct = peer.Port() == own.Port() && peer.Addr().Unmap() == own.Addr().Unmap().WithZone("")
	}
	return err
}

// same reports whether the session is still that of the same process.
func (c *session) same(ctx context.Context) bool {
	pid, _, err := c.ask(ctx)
	return err == nil && pid == c.pid
}

// ask hangs up after sessionWait: a pooler may leave a request for a cancellation unheard.
func (c *session) ask(ctx context.Context) (pid int64, peer netip.AddrPort, err error) {
	ctx, cancel := context.WithTimeout(ctx, sessionWait)
	defer cancel()
	if c.wire != nil {
		stop := context.AfterFunc(ctx, func() { _ = c.wire.Close() })
		defer stop()
		ctx = context.WithoutCancel(ctx)
	}
	rows, err := c.pqConn.QueryContext(ctx, identifySQL, nil)
	if err != nil {
		return 0, peer, fmt.Errorf("%w: %w", errNoSession, lost("", err))
	}
	values := make([]driver.Value, 3)
	if err := errors.Join(rows.Next(values), rows.Close()); err != nil {
		return 0, peer, err
	}
	pid, _ = values[0].(int64)
	port, _ := values[2].(int64)
	if address, ok := values[1].(string); ok {
		ip, err := netip.ParseAddr(address)
		if err == nil {
			peer = netip.AddrPortFrom(ip, uint16(port))
		}
	}
	return pid, peer, nil
}

// named is a statement that the session keeps under a name. Once sessions turn out to be shared, no name is
// sent any more.
type named struct {
	pqStmt
	session *session
	query   string
}

// QueryContext implements driver.StmtQueryContext.
func (st named) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if !st.session.Kept() {
		return nil, driver.ErrBadConn // nothing was sent
	}
	rows, err := st.pqStmt.QueryContext(ctx, args)
	return rows, lost(st.query, err)
}

// ExecContext implements driver.StmtExecContext.
func (st named) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if !st.session.Kept() {
		return nil, driver.ErrBadConn // nothing was sent
	}
	result, err := st.pqStmt.ExecContext(ctx, args)
	return result, lost(st.query, err)
}

// Close implements driver.Stmt.
func (st named) Close() error {
	if !st.session.Kept() {
		return nil
	}
	return st.pqStmt.Close()
}

// unnamed is a statement that exists only here: each use sends all of it in one trip.
type unnamed struct {
	session *session
	query   string
}

// QueryContext implements driver.StmtQueryContext.
func (st unnamed) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return st.session.QueryContext(ctx, st.query, args)
}

// ExecContext implements driver.StmtExecContext.
func (st unnamed) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return st.session.ExecContext(ctx, st.query, args)
}

// NumInput implements driver.Stmt: the server counts.
func (unnamed) NumInput() int { return -1 }

// Close implements driver.Stmt.
func (unnamed) Close() error { return nil }

// Exec implements driver.Stmt. database/sql calls ExecContext instead.
func (unnamed) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }

// Query implements driver.Stmt. database/sql calls QueryContext instead.
func (unnamed) Query([]driver.Value) (driver.Rows, error) { return nil, driver.ErrSkip }

// rawOf returns nil where the system shows nothing below the connection.
func rawOf(c net.Conn) syscall.RawConn {
	if with, ok := c.(syscall.Conn); ok {
		if raw, err := with.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}
