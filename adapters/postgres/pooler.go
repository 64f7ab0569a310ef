package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Pooler says whether a pooler gives the server's sessions to other clients after each transaction. Then a
// statement that was prepared under a name may be another client's.
type Pooler int

// What a connection may stand for.
const (
	PoolerAuto        Pooler = iota // found out
	PoolerNone                      // one session as long as it lives
	PoolerTransaction               // a session for each transaction, as with PgBouncer's pool_mode=transaction
)

const (
	// sessionWait is how long a further connection waits for a session while a pooler lets others of the process
	// keep theirs.
	sessionWait = 2 * time.Second
	// probes is how many connections are compared, at most, to find out whether they share sessions. With idle
	// sessions, one pooler among up to probes − 1 behind an address is found for certain.
	probes = 8
)

// errNoSession has the reason of the most frequent case.
var errNoSession = errors.New("the connection was taken, but nothing answers on it: if a pooler is " +
	"between, its pool is full, since it needs room for the DB_MAX_CONNS of all processes together, or it " +
	"cannot reach the server itself")

// pooler returns what is known to be between: the setting, else what the address says.
func (a Address) pooler(setting Pooler) Pooler {
	if setting == PoolerAuto && a.Pooled {
		return PoolerTransaction
	}
	return setting
}

// sessions makes the store's connections. It knows which of them are direct, and finds out whether those that
// are not share their sessions.
type sessions struct {
	inner  driver.Connector
	pooler Pooler
	log    *slog.Logger
	width  width

	shared atomic.Bool

	judging sync.Mutex // held while one connection is compared with others
	mu      sync.Mutex
	open    map[*session]struct{}
}

func newSessions(inner driver.Connector, p Pooler, log *slog.Logger) *sessions {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &sessions{inner: inner, pooler: p, log: log, open: map[*session]struct{}{}}
	s.shared.Store(p == PoolerTransaction)
	return s
}

// Driver implements driver.Connector.
func (s *sessions) Driver() driver.Driver { return s.inner.Driver() }

// Connect implements driver.Connector. Every connection finds out whose session it has before anything else
// uses it, unless sessions are known to be shared.
func (s *sessions) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := s.connect(ctx)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open[c] = struct{}{}
		return c, nil
	}
	full := pq.As(err, pqerror.TooManyConnections) != nil || errors.Is(err, errNoSession)
	if full && ctx.Err() == nil && s.width.narrow(ctx, s.log, s.count()) {
		return nil, driver.ErrBadConn // for which database/sql waits for another connection
	}
	return nil, err
}

func (s *sessions) connect(ctx context.Context) (*session, error) {
	others := len(s.others())
	if s.shared.Load() || others == 0 {
		c, err := s.dial(ctx, s.inner)
		if err == nil && !s.shared.Load() {
			err = s.judge(ctx, c)
		}
		return c, err
	}
	// A pooler lets the others keep their sessions, and may have none for this one.
	short, cancel := context.WithTimeoutCause(ctx, sessionWait, errNoSession)
	defer cancel()
	c, err := s.dial(short, s.inner)
	if err == nil {
		err = s.judge(ctx, c)
	}
	return c, err
}

func (s *sessions) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

func (s *sessions) forget(c *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

// others returns the open connections that are not direct. What a restarted pooler left is none: the one that
// comes next has to find out anew.
func (s *sessions) others() (list []*session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		if !c.direct && (c.raw == nil || !hungUp(c.raw, true)) {
			list = append(list, c)
		}
	}
	return list
}

// judge finds out whether c is direct, and else whether it shares a session with another connection.
func (s *sessions) judge(ctx context.Context, c *session) error {
	if err := c.identify(ctx); err != nil {
		return errors.Join(err, c.abandon())
	}
	if c.direct || s.pooler == PoolerNone {
		return nil
	}
	s.judging.Lock()
	defer s.judging.Unlock()
	if s.shared.Load() {
		return nil
	}
	shared, others := false, s.others()
	for _, other := range others {
		shared = shared || other.pid == c.pid
	}
	if len(others) == 0 {
		shared = s.shares(ctx, c)
	}
	s.shared.Store(shared)
	return nil
}

// shares compares connections: in a session of its own, each has its own process of the server for good.
// Without a proof for either, sessions count as shared, which is slower and never wrong.
func (s *sessions) shares(ctx context.Context, first *session) bool {
	compared := []*session{first}
	defer func() {
		for _, c := range compared[1:] {
			_ = c.abandon() // it was good for this only
		}
	}()
	for len(compared) < probes {
		short, cancel := context.WithTimeoutCause(ctx, sessionWait, errNoSession)
		c, err := s.dial(short, s.inner)
		if err == nil {
			compared = append(compared, c)
			err = c.identify(short)
		}
		cancel()
		if err != nil {
			// It waits for a session. If first can go on, then because first keeps its own.
			return !first.same(ctx)
		}
		for _, other := range compared[:len(compared)-1] {
			if other.pid == c.pid || !other.same(ctx) {
				return true
			}
		}
	}
	return false
}

// say logs what was found at the start.
func (s *sessions) say(ctx context.Context) {
	pooler, by := "none", "auto"
	if s.pooler != PoolerAuto {
		by = "DB_POOLER"
	}
	if s.shared.Load() {
		pooler = "transaction"
	} else if len(s.others()) > 0 {
		pooler = "session"
	}
	s.log.InfoContext(ctx, "PostgreSQL sessions", "pooler", pooler, "by", by)
}

// beside makes connections for something else than the pool, whose connections are fewer where these get no
// session.
type beside struct {
	*sessions
	inner driver.Connector
}

// Connect implements driver.Connector.
func (b beside) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := b.dial(ctx, b.inner)
	if err == nil {
		if err = c.identify(ctx); err == nil {
			return c, nil
		}
		err = errors.Join(err, c.abandon())
	}
	// A pool that is not full takes nothing from anybody: then the server itself is away.
	if open := b.count(); errors.Is(err, errNoSession) && ctx.Err() == nil && b.width.full(open) {
		b.width.narrow(ctx, b.log, open-1)
	}
	return nil, err
}

func (s *sessions) dial(ctx context.Context, inner driver.Connector) (*session, error) {
	made, err := inner.Connect(ctx)
	if err != nil {
		return nil, err
	}
	all, ok := made.(pqConn)
	if !ok {
		return nil, errors.Join(errors.New("the driver lacks a method"), made.Close())
	}
	c := &session{pqConn: all, sessions: s}
	if g, ok := made.(*guarded); ok {
		c.wire = g.wire
		c.raw = rawOf(g.wire.Conn)
	}
	return c, nil
}
