package files

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"
)

// dialect is how the columns of a CSV are separated.
type dialect struct {
	comma   rune
	skipped int // lines before the header row
}

// delimiters are those that are told apart, the likeliest first.
var delimiters = []rune{',', ';', '\t'}

// headerRoom is how many bytes of a file are looked at for its header row.
const headerRoom = 1 << 20

// sepLine is how Excel says which delimiter a file has.
var sepLine = regexp.MustCompile(`(?i)^"?sep=(.|\t)"?\r?\n`)

// readDialect takes the line sep= if there is one. Else the delimiter is the one that gives the most columns
// with a meaning, and of several the one that gives the most columns.
func readDialect(r *bufio.Reader, h header) (dialect, error) {
	start, err := r.Peek(headerRoom)
	if err != nil && !errors.Is(err, io.EOF) {
		return dialect{}, err
	}
	if said := sepLine.FindSubmatch(start); said != nil {
		comma, _ := utf8.DecodeRune(said[1])
		if !separates(comma) {
			return dialect{}, fmt.Errorf("line 1: %q cannot separate columns", comma)
		}
		_, err := r.Discard(len(said[0]))
		return dialect{comma, 1}, err
	}
	best, known, columns := dialect{comma: delimiters[0]}, 0, 0
	for _, comma := range delimiters {
		record, err := csvOf(bytes.NewReader(start), comma).Read()
		if err != nil {
			continue
		}
		k, n := h.known(record), len(record)
		if k > known || k == known && n > columns {
			best, known, columns = dialect{comma: comma}, k, n
		}
	}
	return best, nil
}

func separates(r rune) bool {
	return r != 0 && r != '"' && r != '\r' && r != '\n' && r != utf8.RuneError
}

func csvOf(r io.Reader, comma rune) *csv.Reader {
	records := csv.NewReader(r)
	records.Comma = comma
	records.FieldsPerRecord = -1
	return records
}

// String names the delimiter for people.
func (d dialect) String() string {
	switch d.comma {
	case ',':
		return "commas"
	case ';':
		return "semicolons"
	case '\t':
		return "tabs"
	}
	return fmt.Sprintf("%q", d.comma)
}
