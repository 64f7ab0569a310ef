package files

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

func readRecords(r io.Reader, yield func(Row, error) bool) {
	records := csv.NewReader(r)
	header, err := records.Read()
	if errors.Is(err, io.EOF) {
		return
	}
	if err == nil {
		err = checkHeader(header)
	}
	if err != nil {
		yield(Row{}, csvProblem(err))
		return
	}
	for {
		record, err := records.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			row, lost := brokenRecord(err)
			if !yield(Row{}, row) || lost {
				return
			}
			continue
		}
		line, _ := records.FieldPos(0)
		row := Row{line: line, text: make(map[string]string, len(header))}
		for i, name := range header {
			row.text[name] = record[i]
		}
		if !yield(row, nil) {
			return
		}
	}
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

// brokenRecord reports whether the place in the file is lost: after a quote that is wrong nobody knows where the next record begins.
func brokenRecord(err error) (problem error, lost bool) {
	e, ok := errors.AsType[*csv.ParseError](err)
	if ok && errors.Is(e.Err, csv.ErrFieldCount) {
		return &RowError{Line: e.StartLine, Err: errors.New("has not as many fields as the header row")}, false
	}
	return csvProblem(err), true
}

func csvProblem(err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return fmt.Errorf("the record that begins in line %d is no well-formed CSV: line %d, column %d: %w", e.StartLine, e.Line, e.Column, e.Err)
	}
	return err
}
