package files

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"

	"github.com/go-json-experiment/json/jsontext"

	"ticketd/adapters/internal/apijson"
	"ticketd/domain"
)

// The formats in which tickets can be written.
const (
	FormatCSV   = "csv"
	FormatJSONL = "jsonl"
)

// TicketWriter writes tickets as the API answers with them, one per line.
type TicketWriter struct {
	write func(ticket []byte) error
	flush func() error
}

// NewTicketWriter writes the head of a CSV file at once.
func NewTicketWriter(w io.Writer, format string) (*TicketWriter, error) {
	switch format {
	case FormatJSONL:
		write := func(ticket []byte) error {
			_, err := w.Write(append(ticket, '\n'))
			return err
		}
		return &TicketWriter{write, func() error { return nil }}, nil
	case FormatCSV:
		records := csv.NewWriter(w)
		flush := func() error {
			records.Flush()
			return records.Error()
		}
		write := func(ticket []byte) error {
			_, cells, err := record(ticket)
			if err != nil {
				return err
			}
			return records.Write(cells)
		}
		names, _, err := record(apijson.AppendTicket(nil, domain.Ticket{}))
		if err != nil {
			return nil, err
		}
		return &TicketWriter{write, flush}, records.Write(names)
	}
	return nil, fmt.Errorf("the format must be %s or %s, not %q", FormatCSV, FormatJSONL, format)
}

// Write adds a ticket.
func (w *TicketWriter) Write(t domain.Ticket) error { return w.write(apijson.AppendTicket(nil, t)) }

// Flush must be called once after the last ticket, unless a Write failed.
func (w *TicketWriter) Flush() error { return w.flush() }

// record returns the names of the members of a ticket and its cells in a CSV file. What is null is empty.
func record(ticket []byte) (names, cells []string, err error) {
	d := jsontext.NewDecoder(bytes.NewReader(ticket))
	if _, err := d.ReadToken(); err != nil {
		return nil, nil, err
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, nil, err
		}
		names = append(names, name.String())
		value, err := d.ReadToken()
		if err != nil {
			return nil, nil, err
		}
		cell := value.String()
		switch value.Kind() {
		case 'n':
			cell = ""
		case '"':
			cell = harmless(cell)
		}
		cells = append(cells, cell)
	}
	return names, cells, nil
}

// A spreadsheet runs a cell that begins with one of these signs as a formula, including the full-width forms
// that some take for the same signs (OWASP, CSV Injection); also after leading white space. A spreadsheet
// that separates by semicolons or tabs ignores quotes around a text and begins new cells within it.
var (
	formulaStart  = regexp.MustCompile(`^[=+\-@\t\r\n＝＋－＠]`)
	formulaWithin = regexp.MustCompile(`([;\t\r\n])("*[=+\-@＝＋－＠])`)
)

// harmless puts an apostrophe before everything in a text that a spreadsheet would run as a formula, whether
// it separates by commas, semicolons or tabs.
func harmless(text string) string {
	if formulaStart.MatchString(text) {
		text = "'" + text
	}
	return formulaWithin.ReplaceAllString(text, "$1'$2")
}
