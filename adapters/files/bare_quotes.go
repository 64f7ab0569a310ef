package files

import (
	"encoding/csv"
	"io"
	"strings"

	"golang.org/x/text/transform"
)

// csvReader reads CSV as people's programs write it: a quote within a cell that does not begin with one is a
// sign like others (5" screen), and a line may end in CR alone, as on old Macs. The lazy quotes of
// encoding/csv would take a stray quote in a quoted cell, too, and with it the rest of the file.
type csvReader struct{ *csv.Reader }

func newCSVReader(r io.Reader, d dialect) csvReader {
	m := csvMender{comma: string(d.comma), loneCR: d.loneCR, strict: d.strict}
	records := csv.NewReader(transform.NewReader(r, &m))
	records.Comma = d.comma
	records.FieldsPerRecord = -1
	return csvReader{records}
}

func (r csvReader) Read() ([]string, error) {
	record, err := r.Reader.Read()
	for i, cell := range record {
		if strings.Contains(cell, escape) {
			record[i] = unescaped.Replace(cell)
		}
	}
	return record, err
}

// A bare quote is passed on as a byte that no text in UTF-8 has, and a second one; that byte is passed on
// twice.
const (
	escape      = "\xff"
	escapeQuote = escape + "\xfe"
)

var unescaped = strings.NewReplacer(escapeQuote, `"`, escape+escape, escape)

// place is where in a record a csvMender is.
type place int

const (
	cellStart place = iota
	blanks          // of a cell that has nothing else yet: nobody knows whether a quote would begin it
	within
	quotedCell
	closing // behind a quote in a quoted cell
)

type csvMender struct {
	comma  string
	loneCR bool
	strict bool

	at      place
	matched int // bytes of comma
	afterCR bool
}

// Reset implements transform.Transformer.
func (m *csvMender) Reset() { *m = csvMender{comma: m.comma, loneCR: m.loneCR, strict: m.strict} }

// Transform implements transform.Transformer.
func (m *csvMender) Transform(dst, src []byte, _ bool) (written, read int, err error) {
	for ; read < len(src); read++ {
		if len(dst)-written < len(escapeQuote) {
			return written, read, transform.ErrShortDst
		}
		written += copy(dst[written:], m.mend(src[read]))
	}
	return written, read, nil
}

func (m *csvMender) mend(b byte) string {
	if m.loneCR {
		after := m.afterCR
		if m.afterCR = b == '\r'; m.afterCR {
			b = '\n'
		} else if after && b == '\n' {
			return ""
		}
	}
	bare := b == '"' && m.at == within && !m.strict
	m.move(b)
	switch {
	case bare:
		return escapeQuote
	case b == escape[0]:
		return escape + escape
	}
	return string([]byte{b})
}

func (m *csvMender) move(b byte) {
	if m.at == quotedCell {
		if b == '"' {
			m.at = closing
		}
		return
	}
	if b != m.comma[m.matched] {
		m.matched = 0
	} else if m.matched++; m.matched == len(m.comma) {
		m.at, m.matched = cellStart, 0
		return
	}
	switch {
	case b == '\n':
		m.at = cellStart
	case b == '"' && (m.at == cellStart || m.at == closing):
		m.at = quotedCell
	case (b == ' ' || b == '\t') && (m.at == cellStart || m.at == blanks):
		m.at = blanks
	case m.at != closing:
		m.at = within
	}
}
