package files

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// WriteAtomically gives write a file that replaces path at the end, and never in part: after an error the old
// file is still there. A new file is for its owner only; an old one keeps its permissions. A symbolic link
// stays, and the file it leads to is replaced. A device, a pipe and the process's standard output are written
// to directly.
func WriteAtomically(path string, write func(io.Writer) error) error {
	return writeFile(path, 0o600, write)
}

// WriteForAll is WriteAtomically with a new file that others can read.
func WriteForAll(path string, write func(io.Writer) error) error {
	return writeFile(path, 0o644, write)
}

// Writable returns the error that WriteAtomically would end with, as far as that shows without touching the
// file.
func Writable(path string) error {
	d, err := find(path, 0)
	if err != nil || d.way != replaced {
		return err
	}
	file, err := d.temporary()
	if err != nil {
		return err
	}
	return d.named(errors.Join(file.Close(), os.Remove(file.Name())))
}

// way says how a destination is written to.
type way int

const (
	replaced way = iota // by a new file
	through             // opened and written to
	standard            // the process's standard output
)

// destination is what a path leads to.
type destination struct {
	path        string
	permissions fs.FileMode // of a new file
	way         way
}

func find(path string, permissions fs.FileMode) (destination, error) {
	there, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return findNew(path, permissions)
	case err != nil:
		return destination{}, err
	case there.IsDir():
		return destination{}, &fs.PathError{Op: "write", Path: path, Err: syscall.EISDIR}
	case isStandardOutput(there):
		return destination{path: path, way: standard}, nil
	case !there.Mode().IsRegular():
		return destination{path: path, way: through}, nil
	}
	target, err := filepath.EvalSymlinks(path)
	return destination{path: target, permissions: there.Mode().Perm()}, err
}

// findNew returns the destination of a path that does not exist, and follows a link to such a path.
func findNew(path string, permissions fs.FileMode) (destination, error) {
	if target, err := os.Readlink(path); err == nil {
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		return find(target, permissions)
	}
	return destination{path: path, permissions: permissions}, nil
}

// isStandardOutput recognises names such as /dev/stdout. Opened by such a name, a file would be written to
// from its start.
func isStandardOutput(file fs.FileInfo) bool {
	stdout, err := os.Stdout.Stat()
	return err == nil && os.SameFile(file, stdout)
}

func writeFile(path string, permissions fs.FileMode, write func(io.Writer) error) error {
	d, err := find(path, permissions)
	if err != nil {
		return err
	}
	switch d.way {
	case standard:
		return fill(os.Stdout, write)
	case through:
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(fill(file, write), file.Close())
	}
	return d.replace(write)
}

func (d destination) replace(write func(io.Writer) error) error {
	file, err := d.temporary()
	if err != nil {
		return err
	}
	err = errors.Join(
		d.named(fill(file, write)), d.named(file.Chmod(d.permissions)), d.named(file.Sync()), d.named(file.Close()),
	)
	if err == nil {
		err = d.named(os.Rename(file.Name(), d.path))
	}
	if err != nil {
		return errors.Join(err, d.named(os.Remove(file.Name())))
	}
	return nil
}

// temporary creates the file that will replace the destination.
func (d destination) temporary() (*os.File, error) {
	file, err := os.CreateTemp(filepath.Dir(d.path), d.prefix()+"*")
	return file, d.named(err)
}

func (d destination) prefix() string { return "." + filepath.Base(d.path) + "." }

// named rewrites errors about the temporary file to mention the destination path.
func (d destination) named(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok && strings.HasPrefix(filepath.Base(e.Path), d.prefix()) {
		return &fs.PathError{Op: "write", Path: d.path, Err: e.Err}
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return &fs.PathError{Op: "write", Path: d.path, Err: e.Err}
	}
	return err
}

func fill(file *os.File, write func(io.Writer) error) error {
	buffer := bufio.NewWriterSize(file, 1<<16)
	if err := write(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}
