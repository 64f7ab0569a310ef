//go:build unix

package servers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"
)

func (m Machine) postgresFromDebian(o Options) (*Server, error) {
	return m.fromDebian(databases, m.hasDatabases, func() (*Server, error) { return m.postgresFromBinary(o) })
}

func (m Machine) redisFromDebian(o Options) (*Server, error) {
	return m.fromDebian(databases, m.hasDatabases, func() (*Server, error) { return m.redisFromBinary(o) })
}

// databases are installed together: who needs one will need the other.
var databases = []string{"postgresql", "redis-server"}

// fromDebian installs Debian's packages, unless there are binaries now, and starts a private server from
// them.
func (m Machine) fromDebian(packages []string, there func() bool,
	start func() (*Server, error)) (*Server, error) {
	aptGet, err := exec.LookPath(m.AptGet)
	if err != nil {
		return nil, err
	}
	if os.Geteuid() != 0 {
		return nil, errors.New("installing packages needs root")
	}
	if err := installOnce(aptGet, packages, there); err != nil {
		return nil, err
	}
	return start()
}

var (
	installing sync.Mutex
	installed  = map[string]error{} // by apt-get and packages; a failure is not tried again in this process
)

// installOnce lets one process at a time install: the tests of several packages run in parallel.
func installOnce(aptGet string, packages []string, there func() bool) (err error) {
	installing.Lock()
	defer installing.Unlock()
	what := aptGet + " " + strings.Join(packages, " ")
	if err, done := installed[what]; done {
		return err
	}
	defer func() { installed[what] = err }()
	// a folder: no file has to be left behind
	lock := flock.New(filepath.Dir(aptGet), flock.SetFlag(os.O_RDONLY))
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock the installation: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if there() { // the process before us has done it
		return nil
	}
	for _, args := range [][]string{
		{"update", "--quiet"},
		append([]string{"install", "--quiet", "--yes", "--no-install-recommends"}, packages...),
	} {
		if _, err := output(aptGet, args...); err != nil {
			return err
		}
	}
	return nil
}

func (m Machine) hasDatabases() bool {
	_, noPostgres := m.findPostgres()
	_, noRedis := m.findRedis()
	return noPostgres == nil && noRedis == nil
}
