package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// ErrUnknownFormat is the error for a file whose name does not tell its format.
var ErrUnknownFormat = errors.New("the name must end in .jsonl, .ndjson or .csv")

// format reads rows to the end, or until yield returns false. It reports a wrong row as *RowError without a
// path.
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

// Rows reads the fields of these names from the start of the file. The file is UTF-8, or UTF-16 with a byte
// order mark. A wrong row comes as *RowError, and reading goes on; any other error ends it.
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
		decoded := transform.NewReader(until{ctx, file}, unicode.BOMOverride(transform.Nop))
		read(decoded, names.vocabulary(), func(r Row, err error) bool {
			if err := ctx.Err(); err != nil {
				yield(Row{}, err)
				return false
			}
			return yield(r, located(path, err))
		})
	}
}

// located adds the path to an error of a format.
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
