package files

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"
)

// dialect is how the columns of a CSV are separated.
type dialect struct {
	comma   rune
	loneCR  bool // lines end in CR alone
	strict  bool // no quote may stand in a cell that does not begin with one
	skipped int  // lines before the header row
}

// delimiters are those that are told apart, the likeliest first.
var delimiters = []rune{',', ';', '\t'}

// headerRoom is how many bytes of a file are looked at for its header row.
const headerRoom = 1 << 20

// sepLine is how Excel says which delimiter a file has.
var sepLine = regexp.MustCompile(`(?i)^"?sep=(.|\t)"?(?:\r?\n|\r)`)

// readDialect takes the line sep= if there is one. Else the delimiter is the one that gives the most columns
// with a meaning, and of several the one that gives the most columns.
func readDialect(r *bufio.Reader, h header) (dialect, error) {
	start, err := r.Peek(headerRoom)
	if err != nil && !errors.Is(err, io.EOF) {
		return dialect{}, err
	}
	loneCR := endsInCR(start)
	if said := sepLine.FindSubmatch(start); said != nil {
		comma, _ := utf8.DecodeRune(said[1])
		if !separates(comma) {
			return dialect{}, fmt.Errorf("line 1: %q cannot separate columns", comma)
		}
		_, err := r.Discard(len(said[0]))
		return dialect{comma: comma, loneCR: loneCR, skipped: 1}, err
	}
	best, known, columns := dialect{comma: delimiters[0], loneCR: loneCR}, 0, 0
	for _, comma := range delimiters {
		d := dialect{comma: comma, loneCR: loneCR, strict: true} // names in quotes tell which one it is
		record, err := newCSVReader(bytes.NewReader(start), d).Read()
		if err != nil {
			continue
		}
		k, n := h.known(record), len(record)
		if k > known || k == known && n > columns {
			best.comma, known, columns = comma, k, n
		}
	}
	return best, nil
}

func separates(r rune) bool {
	return r != 0 && r != '"' && r != '\r' && r != '\n' && r != utf8.RuneError
}

// endsInCR reports whether the first line ends in CR alone.
func endsInCR(start []byte) bool {
	at := bytes.IndexAny(start, "\r\n")
	return at >= 0 && at+1 < len(start) && start[at] == '\r' && start[at+1] != '\n'
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
