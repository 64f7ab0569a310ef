package servers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

const oldestPostgres = 130000 // DROP DATABASE … WITH (FORCE)

func (m Machine) listeningPostgres() (string, error) {
	var failed []error
	for _, addr := range m.PostgresAddrs {
		if err := reachable(addr); err != nil {
			failed = append(failed, err)
			continue
		}
		for _, name := range m.PostgresUsers {
			u := postgresURL(addr, name, m.PostgresPassword)
			err := usablePostgres(u)
			if err == nil {
				return u, nil
			}
			failed = append(failed, fmt.Errorf("%s as %s: %w", addr, name, err))
		}
	}
	return "", errors.Join(failed...)
}

func reachable(addr string) error {
	network := "tcp"
	if host, port, err := net.SplitHostPort(addr); err != nil {
		return err
	} else if isFolder(host) {
		network, addr = "unix", host+"/.s.PGSQL."+port
	}
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), network, addr)
	if err != nil {
		return err
	}
	return conn.Close()
}

func postgresURL(addr, name, password string) string {
	u := url.URL{Scheme: "postgres", User: url.User(name), Host: addr, Path: "/postgres"}
	if password != "" {
		u.User = url.UserPassword(name, password)
	}
	q := url.Values{"sslmode": {"disable"}}
	if host, port, err := net.SplitHostPort(addr); err == nil && isFolder(host) {
		u.Host = ""
		q.Set("host", host)
		q.Set("port", port)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// usablePostgres is nil if databases can be created and dropped through rawURL.
func usablePostgres(rawURL string) error {
	return onPostgres(rawURL, func(ctx context.Context, db *sql.Conn) error {
		var version int
		var may bool
		err := db.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int, rolcreatedb OR rolsuper
			FROM pg_roles WHERE rolname = current_user`).Scan(&version, &may)
		switch {
		case err != nil:
			return err
		case version < oldestPostgres:
			return fmt.Errorf("version %d is too old: 13 is needed", version/10000)
		case !may:
			return errors.New("this role may not create databases")
		}
		return nil
	})
}

// onPostgres runs do on a connection of its own, which leaves no goroutine behind. Its errors never show a
// password.
func onPostgres(rawURL string, do func(context.Context, *sql.Conn) error) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	u, err := url.Parse(rawURL)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return errors.New("not a URL that begins with postgres://")
	}
	if q := u.Query(); !q.Has("connect_timeout") {
		q.Set("connect_timeout", "3")
		u.RawQuery = q.Encode()
	}
	db, err := sql.Open("postgres", u.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return do(ctx, conn)
}

func isFolder(host string) bool { return strings.HasPrefix(host, "/") }
