package files

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// WriteAtomically gives write a new file, for its owner only, that takes path's place at the end, and never in part: after an error what
// was there before is still there.
func WriteAtomically(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	if err := errors.Join(fill(file, write), file.Close()); err != nil {
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
	if err := buffer.Flush(); err != nil {
		return err
	}
	return file.Sync()
}
