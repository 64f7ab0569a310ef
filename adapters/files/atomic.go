package files

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteAtomically gives write a file that takes path's place at the end, and never in part: after an error what was there before is
// still there. A new file is for its owner only; one that was there keeps its permissions. A symbolic link stays, and the file it leads
// to is replaced. What is no regular file (a device, a pipe), or what the process's standard output goes to, is written to directly.
func WriteAtomically(path string, write func(io.Writer) error) error {
	return writeFile(path, 0o600, write)
}

// WriteForAll is WriteAtomically, but a new file can be read by others.
func WriteForAll(path string, write func(io.Writer) error) error {
	return writeFile(path, 0o644, write)
}

func writeFile(path string, permissions fs.FileMode, write func(io.Writer) error) error {
	there, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return writeNew(path, permissions, write)
	case err != nil:
		return err
	case isStandardOutput(there):
		return fill(os.Stdout, write)
	case !there.Mode().IsRegular():
		return writeThrough(path, write)
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	return replace(target, there.Mode().Perm(), write)
}

// writeNew makes the file that a link leads to, if path is a link to nothing.
func writeNew(path string, permissions fs.FileMode, write func(io.Writer) error) error {
	target, err := os.Readlink(path)
	if err != nil { // it is no link, or a path that leads nowhere
		return replace(path, permissions, write)
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(path), target)
	}
	return writeFile(target, permissions, write)
}

// isStandardOutput sees through names such as /dev/stdout: opened by that name, a file would be written to from its start.
func isStandardOutput(file fs.FileInfo) bool {
	stdout, err := os.Stdout.Stat()
	return err == nil && os.SameFile(file, stdout)
}

func writeThrough(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(fill(file, write), file.Close())
}

func replace(path string, permissions fs.FileMode, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	if err := errors.Join(fill(file, write), file.Chmod(permissions), file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

func fill(file *os.File, write func(io.Writer) error) error {
	buffer := bufio.NewWriterSize(file, 1<<16)
	if err := write(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}
