package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// ErrUnknownFormat: the name of the file does not say what is in it.
var ErrUnknownFormat = errors.New("the name must end in .jsonl, .ndjson or .csv")

// byteOrderMark is what some programs put before UTF-8.
const byteOrderMark = "\ufeff"

// format reads rows until the end, or until yield says false. A row that is wrong is a *RowError without a path.
type format func(r io.Reader, v vocabulary, yield func(Row, error) bool)

func formatOf(path string) (format, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jsonl", ".ndjson":
		return readLines, nil
	case ".csv":
		return readRecords, nil
	}
	return nil, fmt.Errorf("%s: %w", path, ErrUnknownFormat)
}

// Rows reads the fields of these names from the start of the file. A row that is wrong comes as *RowError and reading goes on; after any other error it ends.
func Rows(ctx context.Context, path string, names Names) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		read, err := formatOf(path)
		if err != nil {
			yield(Row{}, err)
			return
		}
		file, err := os.Open(path)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer file.Close() // it was only read
		read(withoutMark(file), names.vocabulary(), func(r Row, err error) bool {
			if err := ctx.Err(); err != nil {
				yield(Row{}, err)
				return false
			}
			return yield(r, located(path, err))
		})
	}
}

// located adds the path, which the formats do not know.
func located(path string, err error) error {
	if err == nil {
		return nil
	}
	if row, ok := errors.AsType[*RowError](err); ok {
		row.Path = path
		return row
	}
	return fmt.Errorf("%s: %w", path, err)
}

func withoutMark(r io.Reader) io.Reader {
	first := make([]byte, len(byteOrderMark))
	n, err := io.ReadFull(r, first)
	first = bytes.TrimPrefix(first[:n], []byte(byteOrderMark))
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return io.MultiReader(bytes.NewReader(first), failing{err})
	}
	return io.MultiReader(bytes.NewReader(first), r)
}

// failing is a reader that ends with err.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
