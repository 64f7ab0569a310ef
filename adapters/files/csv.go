package files

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

func readRecords(r io.Reader, in reading, yield func(Row, error) bool) {
	records, meant, err := openRecords(r, in)
	if errors.Is(err, io.EOF) {
		return
	}
	if err != nil {
		yield(Row{}, err)
		return
	}
	for {
		line, record, err := records.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(Row{}, err)
			return
		}
		row := Row{line: line, layout: &meant, cells: record}
		if meant.fit(&row) {
			err = nil
		} else {
			err = &RowError{Line: line, Err: errWidth, row: row}
		}
		if !yield(row, err) {
			return
		}
	}
}

// openRecords reads up to the end of the header row.
func openRecords(r io.Reader, in reading) (*recordReader, layout, error) {
	buffered := bufio.NewReaderSize(r, headerRoom)
	d, err := readDialect(buffered, in.header)
	if err != nil {
		return nil, layout{}, err
	}
	records := newRecordReader(buffered, d, in.limit)
	line, names, err := records.next()
	if err != nil {
		return nil, layout{}, err
	}
	c, err := in.header.columns(names)
	if err != nil {
		return nil, layout{}, fmt.Errorf("line %d: %w", line, err)
	}
	in.tell(d, c)
	return records, c, nil
}

var errWidth = errors.New("has not as many fields as the header row")

// fit reports whether the row's cells are those of the header row. Spreadsheets leave empty cells at the end
// out, or add some.
func (c layout) fit(row *Row) bool {
	for n := len(row.cells); n > len(c.names); n-- {
		if row.cells[n-1] != "" {
			return false
		}
		row.cells = row.cells[:n-1]
	}
	for _, at := range c.at {
		if at >= len(row.cells) {
			return false
		}
	}
	return true
}

// recordReader reads CSV record by record.
type recordReader struct {
	csv     csvReader
	bound   *boundedReader
	limit   rowLimit
	skipped int // lines before the first record
	before  int // the last line of the record before
}

func newRecordReader(r io.Reader, d dialect, limit rowLimit) *recordReader {
	bound := &boundedReader{r: r, left: limit.bytes + readAhead}
	return &recordReader{
		csv:     newCSVReader(bufio.NewReaderSize(bound, readAhead), d),
		bound:   bound,
		limit:   limit,
		skipped: d.skipped,
	}
}

// next returns a record and the line where it begins. Every error ends the reading, since nobody knows where
// a broken record was meant to end. io.EOF is the end of the file.
func (r *recordReader) next() (line int, record []string, err error) {
	r.bound.left = r.limit.bytes + readAhead
	record, err = r.csv.Read()
	if errors.Is(err, errBound) {
		const text = "the record after line %d %w: perhaps a quote is not closed"
		return 0, nil, fmt.Errorf(text, r.before, r.limit.exceeded())
	}
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		const text = "line %d: is no well-formed CSV: line %d, column %d: %w; the file is not read any further"
		return 0, nil, fmt.Errorf(text, e.StartLine+r.skipped, e.Line+r.skipped, e.Column, e.Err)
	}
	if err != nil {
		return 0, nil, err
	}
	last := len(record) - 1
	line, _ = r.csv.FieldPos(0)
	line += r.skipped
	r.before, _ = r.csv.FieldPos(last)
	r.before += r.skipped + strings.Count(record[last], "\n")
	return line, record, nil
}

// readAhead is how many bytes of the records that follow may be in memory.
const readAhead = 1 << 16

var errBound = errors.New("the bound is reached")

// boundedReader ends with errBound after left bytes.
type boundedReader struct {
	r    io.Reader
	left int
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errBound
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
