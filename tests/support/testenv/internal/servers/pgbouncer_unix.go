//go:build unix

package servers

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// pgbouncerFromBinary puts a pooler in front of every database of a server that asks for no password.
func (m Machine) pgbouncerFromBinary(server string, o Options) (*Server, error) {
	binary, err := m.findBinary("pgbouncer")
	if err != nil {
		return nil, err
	}
	account, err := serverAccount() // PgBouncer refuses root, too
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(server)
	if err != nil {
		return nil, errors.New("not a URL of PostgreSQL")
	}
	at, err := newPlace()
	if err != nil {
		return nil, err
	}
	s, err := onFreePort(func(port int) (*Server, error) {
		file := filepath.Join(at.dir, "pgbouncer.ini")
		pooled := *u
		pooled.Host = loopback(port)
		p := &process{
			place: at, account: account, orderly: syscall.SIGQUIT, atOnce: syscall.SIGQUIT,
			argv:  []string{binary, file},
			ready: func(int) error { return reachable(loopback(port)) },
		}
		err := errors.Join(
			os.WriteFile(file, []byte(pgbouncerConfig(u, port, at.dir, o)), 0o600),
			os.WriteFile(filepath.Join(at.dir, "users"), []byte(`"postgres" ""`), 0o600))
		if err == nil && account != nil {
			for _, path := range []string{at.dir, file, filepath.Join(at.dir, "users")} {
				err = errors.Join(err, os.Chown(path, int(account.Uid), int(account.Gid)))
			}
		}
		if err != nil {
			return nil, err
		}
		return &Server{URL: pooled.String(), instance: p}, p.Start()
	})
	if err != nil {
		return nil, errors.Join(err, at.remove())
	}
	return s, nil
}

func pgbouncerConfig(server *url.URL, port int, dir string, o Options) string {
	host, serverPort, _ := net.SplitHostPort(server.Host)
	var b strings.Builder
	fmt.Fprintf(&b, "[databases]\n* = host=%s port=%s user=%s\n", host, serverPort, server.User.Username())
	fmt.Fprintf(&b, "[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\nunix_socket_dir =\n", port)
	fmt.Fprintf(&b, "auth_type = trust\nauth_file = %s/users\nadmin_users = postgres\n", dir)
	for _, s := range o.Settings {
		fmt.Fprintf(&b, "%s = %s\n", s[0], s[1])
	}
	return b.String()
}
