package files

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Row is one object or one record of a file.
type Row struct {
	line   int
	layout *layout
	cells  []string                  // CSV
	object map[string]jsontext.Value // JSON Lines
}

// Line returns the line where the row begins, from 1.
func (r Row) Line() int { return r.line }

// blank reports whether the row is one of those that spreadsheets write below their table.
func (r Row) blank() bool {
	return r.object == nil &&
		!slices.ContainsFunc(r.cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// Text returns the field as text: "" where it is missing, null or empty, and a number as it is written.
func (r Row) Text(name string) (string, error) {
	at, found := r.layout.at[name]
	if !found {
		return "", nil
	}
	if r.object == nil {
		return r.cells[at], nil
	}
	v := r.object[r.layout.names[at]]
	switch v.Kind() {
	case 'n':
		return "", nil
	case '0':
		return string(v), nil
	case '"':
		var s string
		err := json.Unmarshal(v, &s)
		return s, err
	}
	return "", fmt.Errorf("%s: must be a string", name)
}

// RowError says what is wrong with one row. Reading goes on after it.
type RowError struct {
	Path string
	Line int
	Err  error

	row  Row    // as far as it could be read
	text []byte // a line of JSON
}

func (e *RowError) Error() string { return fmt.Sprintf("%s:%d: %v", e.Path, e.Line, e.Err) }

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }
