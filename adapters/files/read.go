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
)

// ErrUnknownFormat is the error for a file whose name does not tell its format.
var ErrUnknownFormat = errors.New("the name must end in .jsonl, .ndjson, .csv or .tsv; " + asText)

const asText = "spreadsheet programs save a table as \"CSV UTF-8\""

// format reads rows to the end, or until yield returns false. It reports a wrong row as *RowError without a
// path.
type format func(r io.Reader, in reading, yield func(Row, error) bool)

// reading is how the rows of a file are read.
type reading struct {
	format   format // nil: the name tells
	header   header
	limit    rowLimit
	encoding textEncoding              // by default UTF-8, unless a byte order mark tells another
	tell     func(d dialect, c layout) // of the header row of a CSV
}

func formatOf(path string) (format, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jsonl", ".ndjson":
		return readLines, nil
	case ".csv", ".tsv":
		return readRecords, nil
	}
	return nil, fmt.Errorf("%s: %w", path, ErrUnknownFormat)
}

// exportFormat also knows .txt, the tables with tabs of Excel and Outlook, and .json, the lines of Zendesk.
func exportFormat(path string) (format, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".txt":
		return readRecords, nil
	case ".json":
		return readLines, nil
	}
	return formatOf(path)
}

// Rows reads the fields of these names from the start of the file. The file is UTF-8, or UTF-16 with a byte
// order mark. A wrong row comes as *RowError, and reading goes on; any other error ends it.
func Rows(ctx context.Context, path string, names Names) iter.Seq2[Row, error] {
	return rows(ctx, path, reading{header: names.vocabulary(), limit: usualRow, tell: func(dialect, layout) {}})
}

func rows(ctx context.Context, path string, in reading) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		read, err := in.format, error(nil)
		if read == nil {
			read, err = formatOf(path)
		}
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
		read(in.encoding.decode(until{ctx, file}), in, func(r Row, err error) bool {
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

// until is a reader that ends with ctx.
type until struct {
	ctx context.Context //nolint:containedctx // it lives as long as one reading
	r   io.Reader
}

func (u until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
