package files

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// rowLimit bounds the bytes of a line of JSON and of a record of CSV.
type rowLimit struct {
	bytes int
	hint  string // what to do about a longer one
}

// usualRow is what the longest ticket takes a fraction of, with every character escaped.
var usualRow = rowLimit{bytes: 1 << 20}

func (l rowLimit) exceeded() error { return fmt.Errorf("is longer than %d bytes%s", l.bytes, l.hint) }

// line is a line of a file without the \n at its end.
type line struct {
	number int // from 1
	text   []byte
	err    error // it is too long, and text is empty
}

func (l line) blank() bool { return l.err == nil && len(bytes.TrimSpace(l.text)) == 0 }

// lineReader reads line by line and skips what is too long for memory.
type lineReader struct {
	r      *bufio.Reader
	limit  rowLimit
	number int
}

func newLineReader(r io.Reader, limit rowLimit) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 1<<16), limit: limit}
}

// next returns io.EOF after the last line. The text is the caller's.
func (l *lineReader) next() (line, error) {
	l.number++
	next := line{number: l.number}
	for {
		chunk, err := l.r.ReadSlice('\n')
		if next.err == nil {
			next.text = append(next.text, chunk...)
		}
		if len(next.text) > l.limit.bytes+len("\r\n") {
			next.text, next.err = nil, l.limit.exceeded()
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && (len(next.text) > 0 || next.err != nil) {
			err = nil // the last line needs no end
		}
		next.text = bytes.TrimSuffix(next.text, []byte("\n"))
		return next, err
	}
}
