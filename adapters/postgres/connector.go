package postgres

import (
	"context"
	"net"
	"time"

	"github.com/lib/pq"
)

const (
	dialTimeout = 5 * time.Second
	keepAlive   = 30 * time.Second
	// patience bounds the wait for the server's next bytes, far above the time of any statement. It frees a
	// connection to a frozen server or behind a cut cable, where lib/pq waits even after the context's end.
	patience = 20 * time.Second
)

// newConnector parses a connection string. Its errors never contain the password.
func newConnector(dsn string) (*pq.Connector, error) {
	a, err := ParseAddress(dsn)
	if err != nil {
		return nil, err
	}
	return pq.NewConnectorConfig(a.config)
}

// patientDialer makes connections that give up on a server which does not answer.
type patientDialer struct{ net.Dialer }

func newDialer() patientDialer {
	return patientDialer{net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}}
}

// Dial implements pq.Dialer.
func (d patientDialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout implements pq.Dialer.
func (d patientDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext implements pq.DialerContext.
func (d patientDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return patientConn{c}, nil
}

type patientConn struct{ net.Conn }

func (c patientConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c patientConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
