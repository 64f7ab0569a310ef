//go:build unix

package servers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
)

func (m Machine) postgresFromDebian(o Options) (*Server, error) {
	return m.fromDebian(func() (*Server, error) { return m.postgresFromBinary(o) })
}

func (m Machine) redisFromDebian(o Options) (*Server, error) {
	return m.fromDebian(func() (*Server, error) { return m.redisFromBinary(o) })
}

// fromDebian installs Debian's packages and starts a private server from their binaries.
func (m Machine) fromDebian(start func() (*Server, error)) (*Server, error) {
	aptGet, err := exec.LookPath(m.AptGet)
	if err != nil {
		return nil, err
	}
	if os.Geteuid() != 0 {
		return nil, errors.New("installing packages needs root")
	}
	if err := m.installOnce(aptGet); err != nil {
		return nil, err
	}
	return start()
}

var (
	installing sync.Mutex
	installed  = map[string]error{} // by apt-get; a failure is not tried again in this process
)

// installOnce lets one process at a time install: the tests of several packages run in parallel.
func (m Machine) installOnce(aptGet string) (err error) {
	installing.Lock()
	defer installing.Unlock()
	if err, done := installed[aptGet]; done {
		return err
	}
	defer func() { installed[aptGet] = err }()
	lock := flock.New(filepath.Dir(aptGet), flock.SetFlag(os.O_RDONLY)) // a folder: no file has to be left behind
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock the installation: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if m.hasBinaries() { // the process before us has done it
		return nil
	}
	for _, args := range [][]string{
		{"update", "--quiet"},
		{"install", "--quiet", "--yes", "--no-install-recommends", "postgresql", "redis-server"},
	} {
		if _, err := output(aptGet, args...); err != nil {
			return err
		}
	}
	return nil
}

func (m Machine) hasBinaries() bool {
	_, noPostgres := m.findPostgres()
	_, noRedis := m.findRedis()
	return noPostgres == nil && noRedis == nil
}
