package files

import (
	"encoding/csv"
	"fmt"
	"io"
	"reflect"
	"regexp"

	"github.com/go-json-experiment/json"
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
	write func(apijson.Ticket) error
	flush func() error
}

// NewTicketWriter writes the head of a CSV file at once.
func NewTicketWriter(w io.Writer, format string) (*TicketWriter, error) {
	switch format {
	case FormatJSONL:
		lines := jsontext.NewEncoder(w)
		write := func(t apijson.Ticket) error { return json.MarshalEncode(lines, t) }
		return &TicketWriter{write, func() error { return nil }}, nil
	case FormatCSV:
		records := csv.NewWriter(w)
		flush := func() error {
			records.Flush()
			return records.Error()
		}
		write := func(t apijson.Ticket) error { return records.Write(record(t)) }
		return &TicketWriter{write, flush}, records.Write(columns())
	}
	return nil, fmt.Errorf("the format must be %s or %s, not %q", FormatCSV, FormatJSONL, format)
}

// Write adds a ticket.
func (w *TicketWriter) Write(t domain.Ticket) error { return w.write(apijson.NewTicket(t)) }

// Flush must be called once after the last ticket, unless a Write failed.
func (w *TicketWriter) Flush() error { return w.flush() }

// columns returns the head of a CSV file: the members of the JSON.
func columns() []string {
	var names []string
	for field := range reflect.TypeFor[apijson.Ticket]().Fields() {
		names = append(names, field.Tag.Get("json"))
	}
	return names
}

// record returns the ticket as CSV. What is null is empty.
func record(t apijson.Ticket) []string {
	var cells []string
	for _, v := range reflect.ValueOf(t).Fields() {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		cell := ""
		if v.IsValid() {
			cell = fmt.Sprint(v)
		}
		if v.Kind() == reflect.String {
			cell = harmless(cell)
		}
		cells = append(cells, cell)
	}
	return cells
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
