package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

func readLines(r io.Reader, in reading, yield func(Row, error) bool) {
	lines := newLineReader(r, in.limit)
	for {
		l, err := lines.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(Row{}, err)
			return
		}
		if l.blank() {
			continue
		}
		row, err := parseLine(l, in.header)
		if err != nil {
			err = &RowError{Line: l.number, Err: err, row: row, text: l.text}
		}
		if !yield(row, err) {
			return
		}
	}
}

func parseLine(l line, h header) (Row, error) {
	row, text := Row{line: l.number}, bytes.TrimSpace(l.text)
	if l.err != nil {
		return row, l.err
	}
	if text[0] != '{' {
		return row, errors.New("must be a JSON object")
	}
	if err := json.Unmarshal(text, &row.object); err != nil {
		return Row{line: l.number}, jsonProblem(err)
	}
	meant, err := h.fields(slices.Sorted(maps.Keys(row.object)))
	row.layout = &meant
	return row, err
}

// jsonProblem returns err without the names of Go's types.
func jsonProblem(err error) error {
	e, ok := errors.AsType[*jsontext.SyntacticError](err)
	if ok && errors.Is(e.Err, jsontext.ErrDuplicateName) {
		return fmt.Errorf("the name %q stands twice", e.JSONPointer.LastToken())
	}
	if ok {
		return fmt.Errorf("is no well-formed JSON: %w", e.Err)
	}
	return errors.New("is no JSON object")
}
