// Package servers finds PostgreSQL, Redis and nginx for package testenv, or starts them.
package servers

import (
	"cmp"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
)

// Machine is where servers are looked for.
type Machine struct {
	PostgresURL, RedisURL string   // what the user named; then no other shared server is tried
	PostgresAddrs         []string // host:port; host may be the folder of a Unix socket
	PostgresUsers         []string
	PostgresPassword      string
	RedisAddr             string
	RedisPassword         string
	BinaryDirs            []string // patterns of filepath.Glob
	Docker, AptGet        string
}

// ThisMachine describes the machine that the test runs on.
func ThisMachine() Machine {
	m := Machine{
		PostgresURL:      os.Getenv("TEST_POSTGRES_URL"),
		RedisURL:         os.Getenv("TEST_REDIS_URL"),
		PostgresAddrs:    postgresAddrs(os.Getenv("PGHOST"), cmp.Or(os.Getenv("PGPORT"), "5432")),
		PostgresUsers:    []string{"postgres"},
		PostgresPassword: os.Getenv("PGPASSWORD"),
		RedisAddr:        "127.0.0.1:6379",
		RedisPassword:    os.Getenv("REDISCLI_AUTH"),
		BinaryDirs:       binaryDirs(),
		Docker:           "docker",
		AptGet:           "apt-get",
	}
	if name := os.Getenv("PGUSER"); name != "" {
		m.PostgresUsers = []string{name}
	} else if u, err := user.Current(); err == nil && u.Username != "postgres" {
		m.PostgresUsers = append(m.PostgresUsers, u.Username)
	}
	return m
}

func postgresAddrs(host, port string) []string {
	hosts := []string{"127.0.0.1", "/var/run/postgresql", "/tmp"}
	if host != "" {
		hosts = []string{host}
	}
	var addrs []string
	for _, h := range hosts {
		addrs = append(addrs, net.JoinHostPort(h, port))
	}
	return addrs
}

func binaryDirs() []string {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	if pgConfig, err := exec.LookPath("pg_config"); err == nil {
		if dir, err := output(pgConfig, "--bindir"); err == nil {
			dirs = append(dirs, dir)
		}
	}
	return append(
		dirs,
		"/usr/sbin",
		"/usr/lib/postgresql/*/bin", // Debian
		"/usr/pgsql-*/bin",          // Red Hat
		"/opt/homebrew/bin", "/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/bin", "/usr/local/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	)
}
