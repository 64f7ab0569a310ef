package postgres

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	// patience bounds the wait for the server's next bytes, far above the time of any statement: lib/pq would
	// wait for ever, even after the context's end.
	patience = 20 * time.Second
	// cancelTime is how long the server may take to answer once it was asked to cancel a statement.
	cancelTime = 2 * time.Second
	// A server that sends nothing for suspicion is asked on another connection whether it is there. If it does
	// not say a word in probeTime, all sessions with it are given up. It is asked once in probeEvery.
	suspicion  = 2 * time.Second
	probeTime  = 3 * time.Second
	probeEvery = 5 * time.Second
	// unheard is how long sent bytes may stay unacknowledged (TCP_USER_TIMEOUT, RFC 5482).
	unheard = 15 * time.Second
)

// keepAlive finds a dead machine behind an idle session within 25 seconds.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}

func netDialer() *net.Dialer { return &net.Dialer{KeepAliveConfig: keepAlive, Control: limitUnheard} }

// dialer dials for one session. What it dials after that was made is for requests to cancel the session's
// statements.
type dialer struct {
	connector *connector

	mu   sync.Mutex
	wire *wire
	stop func() bool // stops what gives the wire up with the context of its making
	made bool
}

// Dial implements pq.Dialer.
func (d *dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout implements pq.Dialer.
func (d *dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext implements pq.DialerContext.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.made {
		return d.dialToCancel(ctx, network, address)
	}
	conn, err := netDialer().DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if d.wire != nil {
		_ = d.wire.Close() // lib/pq tried TLS on it in vain and forgets it
	}
	w := &wire{Conn: conn, connector: d.connector}
	d.wire, d.stop = w, context.AfterFunc(ctx, func() { w.lose(context.Cause(ctx)) })
	d.connector.add(w)
	return w, nil
}

func (d *dialer) dialToCancel(ctx context.Context, network, address string) (net.Conn, error) {
	end := time.Now().Add(cancelTime)
	d.wire.answerBy(end)
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	conn, err := netDialer().DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(end)
}

// keep lets the wire outlive the context of its making. It reports whether that had not ended before.
func (d *dialer) keep() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.made = true
	return d.stop()
}

// drop closes what was dialled.
func (d *dialer) drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wire != nil {
		_ = d.wire.Close() // nobody is interested in it any more
	}
}

// wire is the network connection of a session. It gives up on a server that does not answer.
type wire struct {
	net.Conn
	connector *connector

	mu    sync.Mutex
	limit time.Time // the server has to have answered by then, if not zero
	lost  error     // why the wire was given up
}

// Read waits no longer than the connector's patience.
func (w *wire) Read(b []byte) (int, error) {
	for began := time.Now(); ; {
		if err := w.setReadDeadline(began); err != nil {
			return 0, w.explain("read", err)
		}
		n, err := w.Conn.Read(b)
		switch {
		case n > 0 || !errors.Is(err, os.ErrDeadlineExceeded):
			return n, w.explain("read", err)
		case w.late(began):
			w.connector.drop(DroppedLate)
			w.connector.mistrust(w.RemoteAddr().String())
			return n, err
		}
		w.connector.suspect(w.RemoteAddr())
	}
}

// Write implements net.Conn. Whatever was to be cancelled is over when something new is sent.
func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	w.limit = time.Time{}
	err := w.SetWriteDeadline(time.Now().Add(patience))
	w.mu.Unlock()
	if err != nil {
		return 0, w.explain("write", err)
	}
	n, err := w.Conn.Write(b)
	return n, w.explain("write", err)
}

func (w *wire) setReadDeadline(began time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	end := time.Now().Add(suspicion)
	if last := w.last(began); !last.IsZero() && last.Before(end) {
		end = last
	}
	return w.SetReadDeadline(end)
}

// last is when a wait that began then ends, zero if it need not end.
func (w *wire) last(began time.Time) time.Time {
	if w.limit.IsZero() && w.connector.patience > 0 {
		return began.Add(w.connector.patience)
	}
	return w.limit
}

func (w *wire) late(began time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	last := w.last(began)
	return !last.IsZero() && !time.Now().Before(last)
}

// answerBy ends what is under way at that time, unless something new is sent before.
func (w *wire) answerBy(end time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limit = end
	_ = w.SetDeadline(end) // fails only where the wire is closed
}

// lose closes the wire under whoever uses it.
func (w *wire) lose(why error) {
	w.mu.Lock()
	if w.lost == nil {
		w.lost = why
	}
	w.mu.Unlock()
	_ = w.Conn.Close() // who reads or writes learns of it
}

// explain has the error say why the wire was closed. It stays one of the network, after which lib/pq drops
// the session.
func (w *wire) explain(op string, err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil || w.lost == nil {
		return err
	}
	return &net.OpError{Op: op, Net: w.RemoteAddr().Network(), Addr: w.RemoteAddr(), Err: w.lost}
}

// Close implements net.Conn.
func (w *wire) Close() error {
	w.connector.remove(w)
	return w.Conn.Close()
}

func (c *connector) add(w *wire) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wires[w] = struct{}{}
}

func (c *connector) remove(w *wire) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.wires, w)
}

// suspect asks whether the server is there, in the background and not too often.
func (c *connector) suspect(server net.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.probed[server.String()]) < probeEvery {
		return
	}
	c.probed[server.String()] = time.Now()
	go func() {
		if silent(server) {
			c.giveUp(server.String())
		}
	}()
}

var errSilent = errors.New("the server does not answer at all: frozen or cut off")

// mistrust has new sessions tried elsewhere first. A server that does not finish its statements may be an old
// primary that woke up, and waits for its standby in vain.
func (c *connector) mistrust(server string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at == server {
		c.first, c.at = (c.first+1)%len(c.tries), ""
	}
}

// giveUp ends all sessions with a server.
func (c *connector) giveUp(server string) {
	c.mistrust(server)
	c.mu.Lock()
	defer c.mu.Unlock()
	for w := range c.wires {
		if w.RemoteAddr().String() == server {
			delete(c.wires, w)
			w.lose(errSilent)
			c.dropped[DroppedSilent]++
		}
	}
}

// sslRequest asks whether the server knows TLS: the shortest question that every server answers, before any
// password, and without a line in its log. (PostgreSQL documentation, "Message Formats", SSLRequest)
var sslRequest = []byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}

// silent reports whether there is no answer from the server's machine in probeTime. A refusal is an answer.
func silent(server net.Addr) bool {
	ctx, cancel := context.WithTimeout(context.Background(), probeTime)
	defer cancel()
	conn, err := netDialer().DialContext(ctx, server.Network(), server.String())
	if err == nil {
		defer conn.Close()
		end, _ := ctx.Deadline()
		err = conn.SetDeadline(end)
	}
	if err == nil {
		_, err = conn.Write(sslRequest)
	}
	if err == nil {
		_, err = conn.Read(make([]byte, 1))
	}
	slow, network := errors.AsType[net.Error](err)
	return network && slow.Timeout() || errors.Is(err, syscall.EHOSTUNREACH)
}
