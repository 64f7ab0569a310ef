package files

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Row is one object or one record of a file.
type Row struct {
	line  int
	text  map[string]string         // CSV
	value map[string]jsontext.Value // JSON Lines
	other []string                  // fields without a meaning, as they are written
}

// Line returns the line where the row begins, from 1.
func (r Row) Line() int { return r.line }

// Text returns the field as text: "" where it is missing, null or empty, and a number as it is written.
func (r Row) Text(name string) (string, error) {
	v, found := r.value[name]
	if !found {
		return r.text[name], nil
	}
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
}

func (e *RowError) Error() string { return fmt.Sprintf("%s:%d: %v", e.Path, e.Line, e.Err) }

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }
