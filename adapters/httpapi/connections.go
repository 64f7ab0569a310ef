package httpapi

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/labstack/echo/v4"

	"ticketd/domain"
)

const (
	// spareConnections may be open above the limit, for probes.
	spareConnections = 32
	// shedSaying is how often a process says that it closes connections.
	shedSaying = time.Minute
)

// The reasons for which connections are closed before their time.
const (
	ShedWaiting = "waiting" // its client had sent nothing, or no whole request, for the longest
	ShedFull    = "full"    // all the others had requests under way
)

// errFull is the answer to a request for which there is no room.
var errFull = &domain.Error{
	Kind: domain.KindUnavailable, Code: "too_many_requests_under_way", RetryAfter: time.Second,
	Message: "as many requests are under way as this process can take; try again soon",
}

// Connections bounds how many clients are connected. One more takes the place of the one that has kept the
// server waiting for the longest: for a request, or for the rest of one. Where all have a request under way,
// those above the limit may probe the process, and nothing else.
type Connections struct {
	limit int
	shed  func(reason string)
	log   *slog.Logger

	mu      sync.Mutex
	open    int
	waiting list.List // *connection, the longest waiting first
	closed  int       // since the last line in the log
	said    time.Time
}

// NewConnections tells shed of every connection that is closed before its time.
func NewConnections(limit int, shed func(reason string), log *slog.Logger) *Connections {
	return &Connections{limit: limit, shed: shed, log: log}
}

// Open returns how many there are, and Limit how many there may be.
func (a *Connections) Open() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.open
}

// Limit returns how many there may be.
func (a *Connections) Limit() int { return a.limit }

// Serve serves what listener, of TCP, accepts.
func (a *Connections) Serve(server *http.Server, listener net.Listener) error {
	next := server.Handler
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := connectionOf(r.Context())
		if r.Body == http.NoBody {
			c.received()
		} else {
			r.Body = &receiving{r.Body, c}
		}
		next.ServeHTTP(w, r)
	})
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connectionKey{}, c)
	}
	server.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateActive || state == http.StateIdle {
			c.(*connection).waits() // what Accept returned
		}
	}
	return server.Serve(acceptor{listener, a})
}

type connectionKey struct{}

// connectionOf returns nil where nobody bounds the connections.
func connectionOf(ctx context.Context) *connection {
	c, _ := ctx.Value(connectionKey{}).(*connection)
	return c
}

// refuseAboveLimit leaves the connections above the limit to probes.
func refuseAboveLimit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if on := connectionOf(c.Request().Context()); on != nil && on.extra && !isProbe(c) {
			c.Response().Header().Set(echo.HeaderConnection, "close")
			return errFull
		}
		return next(c)
	}
}

type connection struct {
	*net.TCPConn
	all   *Connections
	extra bool          // above the limit
	place *list.Element // among the waiting; nil while a request is under way
	ended bool
}

// waits notes that the server waits for the client from now on.
func (c *connection) waits() {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	c.leave()
	if !c.ended {
		c.place = c.all.waiting.PushBack(c)
	}
}

// received notes that a whole request is there.
func (c *connection) received() {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	c.leave()
}

func (c *connection) leave() {
	if c.place != nil {
		c.all.waiting.Remove(c.place)
		c.place = nil
	}
}

func (c *connection) end() {
	c.leave()
	if !c.ended {
		c.ended = true
		c.all.open--
	}
}

// Close implements net.Conn.
func (c *connection) Close() error {
	c.all.mu.Lock()
	c.end()
	c.all.mu.Unlock()
	return c.TCPConn.Close()
}

// receiving is the body of a request.
type receiving struct {
	io.ReadCloser
	on *connection
}

func (b *receiving) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.on.received()
	}
	return n, err
}

type acceptor struct {
	net.Listener
	all *Connections
}

// Accept implements net.Listener.
func (l acceptor) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
				l.all.makeRoom(err)
			}
			return nil, err // net/http waits and tries again
		}
		tcp, ok := accepted.(*net.TCPConn)
		if !ok {
			return nil, errors.Join(fmt.Errorf("a connection of %s", l.Addr().Network()), accepted.Close())
		}
		c := &connection{TCPConn: tcp, all: l.all}
		if l.all.admit(c) {
			return c, nil
		}
		_ = tcp.Close() // nobody has used it
	}
}

// admit finds room for c, if need be in the place of another one.
func (a *Connections) admit(c *connection) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open >= a.limit && !a.shedWaiting(nil) {
		if a.open >= a.limit+spareConnections {
			a.note(ShedFull, nil)
			return false
		}
		c.extra = true
	}
	a.open++
	c.place = a.waiting.PushBack(c)
	return true
}

// makeRoom is for a process that has run out of descriptors all the same.
func (a *Connections) makeRoom(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.shedWaiting(err) {
		a.note(ShedFull, err)
	}
}

// shedWaiting closes the connection that waits for the longest, if there is one.
func (a *Connections) shedWaiting(err error) bool {
	first := a.waiting.Front()
	if first == nil {
		return false
	}
	c := first.Value.(*connection)
	c.end()
	_ = c.TCPConn.Close() // its client has gone or will find out
	a.note(ShedWaiting, err)
	return true
}

// note counts a connection that was closed, and says so now and then.
func (a *Connections) note(reason string, err error) {
	a.shed(reason)
	a.closed++
	if time.Since(a.said) < shedSaying {
		return
	}
	attrs := []any{"reason", reason, "open", a.open, "limit", a.limit, "closed", a.closed}
	if err != nil {
		attrs = append(attrs, "error", err)
	}
	a.log.Warn("too many connections; those on which the server waits for the longest are closed", attrs...)
	a.said, a.closed = time.Now(), 0
}
