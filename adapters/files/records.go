package files

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// recordReader finds where records begin and end, so that one that is broken costs one line and memory stays bounded; encoding/csv,
// which would read on to the end of the file, parses them one by one.
type recordReader struct {
	lines   *lineReader
	backlog []line // read, but not taken
	buffer  *bufio.Reader
}

func newRecordReader(r io.Reader) *recordReader {
	return &recordReader{lines: newLineReader(r), buffer: bufio.NewReader(nil)}
}

// next returns a record and the line where it begins, or io.EOF after the last one. After a record that is broken (*RowError) reading
// goes on at the line after its first: nobody knows where it was meant to end.
func (r *recordReader) next() (number int, record []string, err error) {
	lines, broken, err := r.take()
	if err != nil {
		return 0, nil, err
	}
	if broken == nil {
		record, broken = r.parse(lines)
	}
	if broken != nil {
		if len(lines) > 1 {
			broken = fmt.Errorf("%w; reading goes on in line %d", broken, lines[1].number)
			r.backlog = append(lines[1:], r.backlog...)
		}
		return 0, nil, &RowError{Line: lines[0].number, Err: broken}
	}
	return lines[0].number, record, nil
}

// take collects the lines of the next record: those up to the end of its last quoted field.
func (r *recordReader) take() (lines []line, broken, err error) {
	size, open := 0, false
	for {
		l, err := r.line()
		switch {
		case err != nil && len(lines) > 0 && errors.Is(err, io.EOF):
			return lines, errors.New("a quote is not closed"), nil
		case err != nil:
			return nil, nil, err
		case len(lines) == 0 && l.err == nil && len(bytes.TrimSuffix(l.text, []byte("\r"))) == 0:
			continue
		}
		lines = append(lines, l)
		size += len(l.text) + len("\n")
		switch {
		case l.err != nil && len(lines) == 1:
			return lines, l.err, nil
		case l.err != nil || size > maxRow:
			return lines, fmt.Errorf("a quote is not closed within %d bytes", maxRow), nil
		}
		if open = staysOpen(l.text, open); !open {
			return lines, nil, nil
		}
	}
}

func (r *recordReader) line() (line, error) {
	if len(r.backlog) == 0 {
		return r.lines.next()
	}
	next := r.backlog[0]
	r.backlog = r.backlog[1:]
	return next, nil
}

// staysOpen reports whether a quoted field goes on in the next line. open says whether one came from the line before. In a field that
// is broken nothing stays open: the parser will say what is wrong with it.
func staysOpen(text []byte, open bool) bool {
	for {
		if !open {
			if !bytes.HasPrefix(text, []byte(`"`)) {
				_, rest, more := bytes.Cut(text, []byte(","))
				if !more {
					return false
				}
				text = rest
				continue
			}
			text = text[1:]
		}
		quote := bytes.IndexByte(text, '"')
		if quote < 0 {
			return true
		}
		text = text[quote+1:]
		switch {
		case bytes.HasPrefix(text, []byte(`"`)): // a quote that stands for itself
			open, text = true, text[1:]
		case bytes.HasPrefix(text, []byte(",")):
			open, text = false, text[1:]
		default:
			return false
		}
	}
}

// parse reads exactly one record.
func (r *recordReader) parse(lines []line) (record []string, broken error) {
	text := make([]byte, 0, len(lines[0].text)+1)
	for _, l := range lines {
		text = append(append(text, l.text...), '\n')
	}
	r.buffer.Reset(bytes.NewReader(text))
	record, err := csv.NewReader(r.buffer).Read()
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, fmt.Errorf("is no well-formed CSV: line %d, column %d: %w", lines[0].number+e.Line-1, e.Column, e.Err)
	}
	return record, err
}
