package files

import (
	"errors"
	"fmt"
	"io"
)

func readRecords(r io.Reader, v vocabulary, yield func(Row, error) bool) {
	records := newRecordReader(r)
	_, header, err := records.next()
	if errors.Is(err, io.EOF) {
		return
	}
	var meanings []string
	if err == nil {
		meanings, err = v.columns(header)
	}
	if err != nil {
		yield(Row{}, asHeader(err))
		return
	}
	other := without(header, meanings)
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
		row := Row{line: number, other: other, text: make(map[string]string, len(header))}
		for i, name := range meanings {
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
