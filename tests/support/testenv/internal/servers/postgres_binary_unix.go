//go:build unix

package servers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// postgresFromBinary starts a server of the newest PostgreSQL that is installed.
func (m Machine) postgresFromBinary(o Options) (*Server, error) {
	initdb, err := m.findPostgres()
	if err != nil {
		return nil, err
	}
	account, err := serverAccount()
	if err != nil {
		return nil, err
	}
	at, err := newPlace()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(at.dir, "data")
	if err := m.makeCluster(at.dir, data, account, o); err != nil {
		return nil, errors.Join(err, at.remove())
	}
	s, err := onFreePort(func(port int) (*Server, error) {
		u := postgresURL(loopback(port), "postgres", "")
		p := &process{
			place: at, account: account, orderly: syscall.SIGINT, atOnce: syscall.SIGQUIT,
			argv: append([]string{filepath.Join(filepath.Dir(initdb), "postgres"), "-D", data},
				postgresArgs(port, o)...),
			ready: func(int) error { return serves(u, data) },
		}
		return &Server{URL: u, instance: p}, p.Start()
	})
	if err != nil {
		return nil, errors.Join(err, at.remove())
	}
	return s, nil
}

func (m Machine) makeCluster(dir, data string, account *syscall.Credential, o Options) error {
	if account != nil {
		if err := os.Chown(dir, int(account.Uid), int(account.Gid)); err != nil {
			return err
		}
	}
	maker, args := "initdb", []string{"-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
		"--locale=C", "--no-sync"}
	if o.primary != "" {
		maker = "pg_basebackup"
		args = []string{"-D", data, "-d", o.primary, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"}
	}
	path, err := m.findBinary(maker, "postgres")
	if err != nil {
		return err
	}
	cmd := command(path, args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
	_, err = run(cmd)
	return err
}

// Demote restarts the server as a standby.
func (p *process) Demote() error {
	if err := p.Stop(); err != nil {
		return err
	}
	signal := filepath.Join(p.dir, "data", "standby.signal")
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		return err
	}
	if p.account != nil {
		if err := os.Chown(signal, int(p.account.Uid), int(p.account.Gid)); err != nil {
			return err
		}
	}
	return p.Start()
}

func postgresArgs(port int, o Options) []string {
	return append([]string{
		"-c", "port=" + strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=",
		"-c", "dynamic_shared_memory_type=mmap", // in the folder, so that it goes with it
	}, postgresSettings(o)...)
}

func postgresSettings(o Options) []string {
	args := []string{"-c", "max_connections=200"}
	if !o.Durable {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	for _, s := range o.Settings {
		args = append(args, "-c", s[0]+"="+s[1])
	}
	return args
}

// serves is nil if the server at rawURL is the one that runs in folder.
func serves(rawURL, folder string) error {
	return onPostgres(rawURL, func(ctx context.Context, db *sql.Conn) error {
		var its string
		if err := db.QueryRowContext(ctx, `SELECT current_setting('data_directory')`).Scan(&its); err != nil {
			return err
		}
		if its != folder {
			return fmt.Errorf("another server answers, that of %s", its)
		}
		return nil
	})
}
