package files

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxLine is several times what the longest ticket takes with every character escaped.
const maxLine = 1 << 20

func readLines(r io.Reader, yield func(Row, error) bool) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	number := 0
	for lines.Scan() {
		number++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		if !yield(parseLine(number, line)) {
			return
		}
	}
	err := lines.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		err = fmt.Errorf("line %d is longer than %d bytes", number+1, maxLine)
	}
	if err != nil {
		yield(Row{}, err)
	}
}

// parseLine copies what it keeps: the scanner reuses its buffer.
func parseLine(number int, line []byte) (Row, error) {
	row := Row{line: number}
	if line[0] != '{' {
		return row, &RowError{Line: number, Err: errors.New("must be a JSON object")}
	}
	if err := json.Unmarshal(line, &row.value); err != nil {
		return row, &RowError{Line: number, Err: jsonProblem(err)}
	}
	return row, nil
}

// jsonProblem leaves out the names of Go's types.
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
