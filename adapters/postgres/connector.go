package postgres

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/lib/pq"
)

const (
	dialTimeout = 5 * time.Second
	keepAlive   = 30 * time.Second
	// patience is how long we wait for the server's next bytes: far above any statement of ours. It frees a connection to a server
	// that is frozen or behind a cut cable, where lib/pq waits on though the context has ended.
	patience = 20 * time.Second
)

// newConnector reads a postgres:// URL. Its errors never hold the password.
func newConnector(dsn string) (*pq.Connector, error) {
	u, err := url.Parse(dsn)
	if err != nil { // the text of err quotes the URL
		return nil, errors.New("the URL of the PostgreSQL database is not well-formed; special characters in user and password have to be percent-encoded")
	}
	q := u.Query()
	password, _ := u.User.Password()
	secrets := []string{password, q.Get("password")}
	if !q.Has("sslmode") && os.Getenv("PGSSLMODE") == "" {
		q.Set("sslmode", "prefer") // as every other client does
	}
	if !q.Has("application_name") {
		q.Set("application_name", "ticketd")
	}
	u.RawQuery = q.Encode()
	c, err := pq.NewConnector(u.String())
	if err != nil {
		return nil, errors.New(hide(err.Error(), secrets))
	}
	return c, nil
}

func hide(text string, secrets []string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "…")
		}
	}
	return text
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
