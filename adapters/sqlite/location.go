package sqlite

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// InMemory is the URL of a database that lives as long as its store.
const InMemory = "sqlite://:memory:"

// location is where a database is: in a file, or under a name in the memory of this process.
type location struct {
	path string
	name string
}

// locate reads sqlite://relative.db, sqlite:///absolute.db or InMemory.
func locate(dbURL string) (location, error) {
	rest, ok := strings.CutPrefix(dbURL, "sqlite://")
	if !ok {
		return location{}, errors.New("the URL of an SQLite database begins with sqlite://")
	}
	if dbURL == InMemory {
		return location{name: "/" + rand.Text()}, nil
	}
	if strings.ContainsAny(rest, "?#") {
		return location{}, errors.New("the URL of an SQLite database takes no parameters " +
			"(write %3F for a question mark in the file's name)")
	}
	name, err := url.PathUnescape(rest)
	if err != nil {
		return location{}, fmt.Errorf("the URL of the SQLite database is not well-formed: %w", err)
	}
	if name == "" {
		return location{}, errors.New("the URL of the SQLite database names no file: " +
			"write sqlite://ticketd.db or sqlite:///absolute/path.db")
	}
	path, err := filepath.Abs(name)
	return location{path: path}, err
}

// dsn is the location with settings as the driver wants it.
func (l location) dsn(settings url.Values) string {
	u := url.URL{Scheme: "file", OmitHost: true, Path: l.path}
	if l.path == "" {
		u.Path = l.name
		settings.Set("vfs", "memdb")
	}
	u.RawQuery = settings.Encode()
	return u.String()
}

// header begins every SQLite file that is not empty.
const header = "SQLite format 3\x00"

// check says what SQLite itself would say less clearly.
func (l location) check() error {
	if l.path == "" {
		return nil
	}
	folder := filepath.Dir(l.path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("the folder %s does not exist: create it or choose another DB_URL", folder)
	}
	f, err := os.OpenFile(l.path, os.O_RDWR, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // SQLite makes it
	case isDirectory(l.path):
		return fmt.Errorf("%s is a folder: DB_URL has to name a file in it", l.path)
	case err != nil:
		return fmt.Errorf("the file has to be readable and writable for this user: %w", err)
	}
	start := make([]byte, len(header))
	n, err := io.ReadFull(f, start)
	if err := errors.Join(ignoreShort(err), f.Close()); err != nil {
		return err
	}
	if n > 0 && !bytes.Equal(start, []byte(header)) {
		return fmt.Errorf("%s is not an SQLite database: choose another file for DB_URL", l.path)
	}
	return nil
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func ignoreShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// PathOf returns the file of a database URL, empty for one in memory.
func PathOf(dbURL string) (string, error) {
	at, err := locate(dbURL)
	return at.path, err
}
