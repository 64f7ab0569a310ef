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

func readLines(r io.Reader, v vocabulary, yield func(Row, error) bool) {
	lines := newLineReader(r)
	for {
		l, err := lines.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(Row{}, err)
			return
		}
		if l.err == nil && len(bytes.TrimSpace(l.text)) == 0 {
			continue
		}
		if !yield(parseLine(l, v)) {
			return
		}
	}
}

func parseLine(l line, v vocabulary) (Row, error) {
	row, text := Row{line: l.number}, bytes.TrimSpace(l.text)
	if l.err != nil {
		return row, &RowError{Line: l.number, Err: l.err}
	}
	if text[0] != '{' {
		return row, &RowError{Line: l.number, Err: errors.New("must be a JSON object")}
	}
	var object map[string]jsontext.Value
	if err := json.Unmarshal(text, &object); err != nil {
		return row, &RowError{Line: l.number, Err: jsonProblem(err)}
	}
	written := slices.Sorted(maps.Keys(object))
	meanings, err := v.match(written)
	if err != nil {
		return row, &RowError{Line: l.number, Err: err}
	}
	row.other, row.value = without(written, meanings), make(map[string]jsontext.Value, len(meanings))
	for i, name := range meanings {
		row.value[name] = object[written[i]]
	}
	return row, nil
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
