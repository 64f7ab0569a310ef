package files

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxRow bounds the bytes of a line of JSON and of a record of CSV. The longest ticket takes a fraction of
// it, with every character escaped.
const maxRow = 1 << 20

var errTooLong = fmt.Errorf("is longer than %d bytes", maxRow)

// line is a line of a file without the \n at its end.
type line struct {
	number int // from 1
	text   []byte
	err    error // errTooLong: then text is empty
}

// lineReader reads line by line and skips what is too long for memory.
type lineReader struct {
	r      *bufio.Reader
	number int
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{r: bufio.NewReaderSize(r, 1<<16)} }

// next returns io.EOF after the last line. The text is the caller's.
func (l *lineReader) next() (line, error) {
	l.number++
	next := line{number: l.number}
	for {
		chunk, err := l.r.ReadSlice('\n')
		if next.err == nil {
			next.text = append(next.text, chunk...)
		}
		if len(next.text) > maxRow+len("\r\n") {
			next.text, next.err = nil, errTooLong
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
