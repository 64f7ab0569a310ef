package files

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
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
		yield(Row{}, err)
		return
	}
	other := without(header, meanings)
	for {
		line, record, err := records.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(Row{}, err)
			return
		}
		if len(record) != len(header) {
			if !yield(Row{}, &RowError{Line: line, Err: errors.New("has not as many fields as the header row")}) {
				return
			}
			continue
		}
		row := Row{line: line, other: other, text: make(map[string]string, len(header))}
		for i, name := range meanings {
			row.text[name] = record[i]
		}
		if !yield(row, nil) {
			return
		}
	}
}

// recordReader reads CSV record by record.
type recordReader struct {
	csv    *csv.Reader
	bound  *boundedReader
	before int // the last line of the record before
}

func newRecordReader(r io.Reader) *recordReader {
	bound := &boundedReader{r: r}
	records := csv.NewReader(bufio.NewReaderSize(bound, readAhead))
	records.FieldsPerRecord = -1
	return &recordReader{csv: records, bound: bound}
}

// next returns a record and the line where it begins. Every error ends the reading, since nobody knows where
// a broken record was meant to end. io.EOF is the end of the file.
func (r *recordReader) next() (line int, record []string, err error) {
	r.bound.left = maxRow + readAhead
	record, err = r.csv.Read()
	if errors.Is(err, errTooLong) {
		const text = "the record after line %d %w: perhaps a quote is not closed"
		return 0, nil, fmt.Errorf(text, r.before, errTooLong)
	}
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		const text = "line %d: is no well-formed CSV: line %d, column %d: %w; the file is not read any further"
		return 0, nil, fmt.Errorf(text, e.StartLine, e.Line, e.Column, e.Err)
	}
	if err != nil {
		return 0, nil, err
	}
	last := len(record) - 1
	line, _ = r.csv.FieldPos(0)
	r.before, _ = r.csv.FieldPos(last)
	r.before += strings.Count(record[last], "\n")
	return line, record, nil
}

// readAhead is how many bytes of the records that follow may be in memory.
const readAhead = 1 << 16

// boundedReader ends with errTooLong after left bytes.
type boundedReader struct {
	r    io.Reader
	left int
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errTooLong
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
