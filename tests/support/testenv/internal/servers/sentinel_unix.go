//go:build unix

package servers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Sentinel starts a Sentinel that knows one master by the lines of its configuration.
func (m Machine) Sentinel(lines string) (*Server, error) {
	start := func() (*Server, error) { return m.sentinelFromBinary(lines) }
	return first("Redis Sentinel", redisAdvice,
		way[*Server]{"a binary on this machine", start},
		way[*Server]{"Debian's packages", func() (*Server, error) {
			return m.fromDebian(databases, m.hasDatabases, start)
		}},
	)
}

func (m Machine) sentinelFromBinary(lines string) (*Server, error) {
	binary, err := m.findRedis()
	if err != nil {
		return nil, err
	}
	at, err := newPlace()
	if err != nil {
		return nil, err
	}
	s, err := onFreePort(func(port int) (*Server, error) {
		file := filepath.Join(at.dir, "sentinel.conf") // which a Sentinel writes, too
		text := fmt.Sprintf("bind 127.0.0.1\nport %d\ndir %s\n%s", port, at.dir, lines)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
		p := &process{
			place: at, orderly: syscall.SIGTERM, atOnce: syscall.SIGKILL,
			argv:  []string{binary, file, "--sentinel"},
			ready: func(pid int) error { return answers(port, pid) },
		}
		return &Server{URL: "redis://" + loopback(port), instance: p}, p.Start()
	})
	if err != nil {
		return nil, errors.Join(err, at.remove())
	}
	return s, nil
}
