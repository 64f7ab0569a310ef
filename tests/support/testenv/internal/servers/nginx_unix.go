//go:build unix

package servers

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// nginxMain makes one process of nginx that keeps its files in its own folder.
const nginxMain = `daemon off;
master_process off;
pid nginx.pid;
error_log stderr info;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
`

func (m Machine) nginxFromBinary(configure func(port int) string) (*Server, error) {
	binary, err := m.findBinary("nginx")
	if err != nil {
		return nil, err
	}
	at, err := newPlace()
	if err != nil {
		return nil, err
	}
	s, err := onFreePort(func(port int) (*Server, error) {
		file := filepath.Join(at.dir, "nginx.conf")
		if err := os.WriteFile(file, []byte(nginxMain+configure(port)+"}\n"), 0o600); err != nil {
			return nil, err
		}
		p := &process{
			place: at, orderly: syscall.SIGQUIT, atOnce: syscall.SIGKILL,
			argv:  []string{binary, "-p", at.dir, "-c", file, "-e", "stderr"},
			ready: func(int) error { return reachable(loopback(port)) },
		}
		return &Server{URL: "http://" + loopback(port), instance: p}, p.Start()
	})
	if err != nil {
		return nil, errors.Join(err, at.remove())
	}
	return s, nil
}
