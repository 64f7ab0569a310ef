package files

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

func readRecords(r io.Reader, yield func(Row, error) bool) {
	records := newRecordReader(r)
	_, header, err := records.next()
	if errors.Is(err, io.EOF) {
		return
	}
	if err == nil {
		err = checkHeader(header)
	}
	if err != nil {
		yield(Row{}, asHeader(err))
		return
	}
	for {
		number, record, err := records.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if _, wrong := errors.AsType[*RowError](err); err != nil && !wrong {
			yield(Row{}, err)
			return
		}
		if err == nil && len(record) != len(header) {
			err = &RowError{Line: number, Err: errors.New("has not as many fields as the header row")}
		}
		if err != nil {
			if !yield(Row{}, err) {
				return
			}
			continue
		}
		row := Row{line: number, text: make(map[string]string, len(header))}
		for i, name := range header {
			row.text[name] = record[i]
		}
		if !yield(row, nil) {
			return
		}
	}
}

// asHeader makes a broken header the end of the reading: without names no row means anything.
func asHeader(err error) error {
	if row, ok := errors.AsType[*RowError](err); ok {
		return fmt.Errorf("line %d, the header row: %w", row.Line, row.Err)
	}
	return err
}

func checkHeader(header []string) error {
	seen := make(map[string]bool, len(header))
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		if seen[header[i]] {
			return fmt.Errorf("line 1: the column %q stands twice", header[i])
		}
		seen[header[i]] = true
	}
	return nil
}
