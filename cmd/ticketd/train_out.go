package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"ticketd/adapters/files"
	"ticketd/adapters/local/trained"
)

// mayBecomeModel refuses a path that cannot be written to, and one whose loss a mistyped flag would be
// regretted for: the labelled tickets, and whatever else is no model.
func mayBecomeModel(path, data string) error {
	if err := files.Writable(path); err != nil {
		return err
	}
	there, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !there.Mode().IsRegular():
		return nil // a pipe or a device, which loses nothing
	}
	if source, err := os.Stat(data); err == nil && os.SameFile(source, there) {
		return fmt.Errorf("%s is the file with the labelled tickets", path)
	}
	return replaceable(path)
}

func replaceable(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() // it was only read
	const enough = 64
	head, err := io.ReadAll(io.LimitReader(file, enough))
	if err != nil {
		return err
	}
	if len(head) > 0 && !trained.IsModel(head) {
		return fmt.Errorf("%s is there already and is no model; remove it or choose another name", path)
	}
	return nil
}

// writeModel lets others read the file: a server may run as another user.
func writeModel(path string, data []byte) error {
	return files.WriteForAll(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
