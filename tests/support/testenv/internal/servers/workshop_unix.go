//go:build unix

package servers

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
)

// workshop is the folder in which this process keeps its servers' files. A janitor takes away what is left
// there when the process is gone, however it ended.
type workshop struct {
	dir     string
	last    atomic.Int64
	janitor io.Closer // closed by the kernel when this process ends: that wakes the janitor
}

var openWorkshop = sync.OnceValues(newWorkshop)

// The janitor reads until the test process is gone, then runs what each server left as its end. A server that
// is still on its way out may put a file where rm has been.
const janitor = `read -r _
cd "$0" || exit
for end in *.end; do [ -f "$end" ] && . "./$end"; done
cd /; n=0
until rm -rf "$0" || [ $n -gt 50 ]; do sleep 0.1; n=$((n+1)); done`

func newWorkshop() (*workshop, error) {
	dir, err := makeTempDir()
	if err != nil {
		return nil, fmt.Errorf("make a temporary folder: %w", err)
	}
	cmd := command("/bin/sh", "-c", janitor, dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // an interrupt from the terminal must not end it
	pipe, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the janitor: %w", err), os.RemoveAll(dir))
	}
	return &workshop{dir: dir, janitor: pipe}, nil
}

// makeTempDir picks a place that another account can reach too, since PostgreSQL refuses to run as root.
func makeTempDir() (string, error) {
	err := errors.New("none can be reached by every account")
	for _, parent := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if os.Geteuid() == 0 && !traversable(parent) {
			continue
		}
		var dir string
		if dir, err = os.MkdirTemp(parent, "ticketd-test-"); err == nil {
			return dir, os.Chmod(dir, 0o711) // the servers' own folders inside are 0700
		}
	}
	return "", err
}

func traversable(dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// place is a server's folder in the workshop.
type place struct{ dir string }

func newPlace() (place, error) {
	w, err := openWorkshop()
	if err != nil {
		return place{}, err
	}
	p := place{filepath.Join(w.dir, strconv.FormatInt(w.last.Add(1), 10))}
	return p, os.Mkdir(p.dir, 0o700)
}

// leave tells the janitor how to end the server, in sh.
func (p place) leave(end string) error { return os.WriteFile(p.dir+".end", []byte(end+"\n"), 0o600) }

func (p place) forget() error {
	if err := os.Remove(p.dir + ".end"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (p place) remove() error { return errors.Join(p.forget(), os.RemoveAll(p.dir)) }
