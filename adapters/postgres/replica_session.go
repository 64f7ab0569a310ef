package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"ticketd/ports"
	"ticketd/ports/retry"
)

// replayTime is how long a read waits for a replica to replay what it has to see. Mostly that is a
// millisecond.
const replayTime = 50 * time.Millisecond

// setbackError says why a replica did not answer.
type setbackError struct {
	by   ports.ReadBy
	text string
	lag  int64 // of a replica that is behind, in bytes of the log
}

func (s *setbackError) Error() string { return s.text }

var errNoStandby = &setbackError{by: ports.ReplicaUnfit, text: "it is no standby: it takes writes itself"}

// replicaConnector makes sessions that answer only when they have caught up with the position that the
// context asks for. They check it themselves: where a name stands for several servers, no two sessions need
// to be on the same one.
type replicaConnector struct{ driver.Connector }

func (c replicaConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &replicaSession{pqConn: conn.(pqConn)}, nil // as all that a connector makes
}

type replicaSession struct {
	pqConn
	history history   // of its server, once it was the primary's
	reached *position // the last one it has caught up with
}

type replicaStatement struct {
	pqStmt
	session *replicaSession
}

// Ping waits until the session has caught up.
func (s *replicaSession) Ping(ctx context.Context) error { return s.catchUp(ctx) }

func (s *replicaSession) QueryContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Rows, error) {
	if err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	return s.pqConn.QueryContext(ctx, query, args)
}

// PrepareContext may need a table that the server has not replayed yet.
func (s *replicaSession) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	st, err := s.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return replicaStatement{st.(pqStmt), s}, nil // as all that such a session makes
}

// BeginTx comes before the transaction's snapshot.
func (s *replicaSession) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	return s.pqConn.BeginTx(ctx, o)
}

func (s replicaStatement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.session.catchUp(ctx); err != nil {
		return nil, err
	}
	return s.pqStmt.QueryContext(ctx, args)
}

const (
	// itsHistorySQL knows the timeline of the server's last restartpoint or of the last page that it wrote. The
	// one that it receives is newer, but shows itself only to members of pg_read_all_stats.
	itsHistorySQL = `
SELECT ` + itsSystem + `, lpad(upper(to_hex(greatest(
    (SELECT timeline_id FROM pg_control_checkpoint()),
    (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
    (SELECT received_tli FROM pg_stat_wal_receiver)
))), 8, '0'), ` + itsDatabase

	replayedSQL = `SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0')::bigint`
)

// catchUp returns nil once the server has replayed all up to the position that ctx asks for. It comes
// before the statement that reads: a snapshot that is taken after it sees all of that.
func (s *replicaSession) catchUp(ctx context.Context) error {
	p, asked := ctx.Value(positionKey{}).(*position)
	if !asked || s.reached == p {
		return nil
	}
	if err := s.sharesHistory(ctx, p); err != nil {
		return err
	}
	late := time.Now().Add(replayTime)
	for pause := time.Millisecond; ; pause *= 2 {
		row, err := s.row(ctx, replayedSQL)
		if err != nil {
			return err
		}
		if row[0] != true {
			return errNoStandby
		}
		replayed, _ := row[1].(int64)
		if replayed >= p.WAL {
			s.reached = p
			return nil
		}
		if time.Now().After(late) {
			lag := p.WAL - replayed
			return &setbackError{ports.ReplicaBehind, fmt.Sprintf("it lacks %d bytes of the log", lag), lag}
		}
		if err := retry.Pause(ctx, pause); err != nil {
			return err
		}
	}
}

// sharesHistory asks a session once, and again when the primary has another history than before.
func (s *replicaSession) sharesHistory(ctx context.Context, p *position) error {
	if s.history == p.history {
		return nil
	}
	row, err := s.row(ctx, itsHistorySQL)
	if err != nil {
		return err
	}
	its := history{System: text(row[0]), Timeline: text(row[1]), Database: text(row[2])}
	its.Tickets, _ = row[3].(int64)
	if its != p.history {
		text := fmt.Sprintf("it is (%s), and the primary (%s)", its, p.history)
		return &setbackError{by: ports.ReplicaUnfit, text: text}
	}
	s.history = its
	return nil
}

func text(v driver.Value) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}

// row runs a query that gives one.
func (s *replicaSession) row(ctx context.Context, query string) (row []driver.Value, err error) {
	found, err := s.pqConn.QueryContext(ctx, query, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	row = make([]driver.Value, len(found.Columns()))
	if err := found.Next(row); errors.Is(err, io.EOF) {
		return nil, driver.ErrBadConn
	} else if err != nil {
		return nil, err
	}
	return row, nil
}
