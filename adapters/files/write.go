package files

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"

	"ticketd/domain"
)

// The formats in which tickets can be written.
const (
	FormatCSV   = "csv"
	FormatJSONL = "jsonl"
)

// TicketWriter writes tickets with the fields of the API, one per line.
type TicketWriter struct {
	write func(exported) error
	flush func() error
}

// exported is a ticket as the API shows it.
type exported struct {
	ID           int64    `json:"id"`
	Title        string   `json:"title"`
	Description  string   `json:"description"`
	Status       string   `json:"status"`
	Category     *string  `json:"category"`
	Priority     *string  `json:"priority"`
	AIStatus     string   `json:"ai_status"`
	AIConfidence *float64 `json:"ai_confidence"`
	ClassifiedBy *string  `json:"classified_by"`
	CreatedBy    *int64   `json:"created_by"`
	CreatedAt    string   `json:"created_at"`
}

// NewTicketWriter returns a writer and writes the header row of a CSV file at once.
func NewTicketWriter(w io.Writer, format string) (*TicketWriter, error) {
	switch format {
	case FormatJSONL:
		lines := json.NewEncoder(w)
		lines.SetEscapeHTML(false)
		return &TicketWriter{func(e exported) error { return lines.Encode(e) }, func() error { return nil }}, nil
	case FormatCSV:
		records := csv.NewWriter(w)
		head := []string{
			"id", "title", "description", "status", "category", "priority", "ai_status", "ai_confidence",
			"classified_by", "created_by", "created_at",
		}
		flush := func() error {
			records.Flush()
			return records.Error()
		}
		return &TicketWriter{
			func(e exported) error { return records.Write(e.record()) }, flush,
		}, records.Write(head)
	}
	return nil, fmt.Errorf("the format must be %s or %s, not %q", FormatCSV, FormatJSONL, format)
}

// Write adds a ticket.
func (w *TicketWriter) Write(t domain.Ticket) error {
	s := t.Snapshot()
	return w.write(exported{
		ID: int64(s.ID), Title: s.Title, Description: s.Description, Status: s.Status.String(),
		AIStatus: s.AIStatus.String(), Category: slug(s.Category), Priority: slug(s.Priority),
		AIConfidence: s.AIConfidence, ClassifiedBy: slug(s.ClassifiedBy), CreatedBy: (*int64)(s.CreatedBy),
		CreatedAt: s.CreatedAt.Format(time.RFC3339Nano),
	})
}

// Flush must be called once after the last ticket, unless a Write failed.
func (w *TicketWriter) Flush() error { return w.flush() }

func slug(l fmt.Stringer) *string {
	if s := l.String(); s != "" {
		return &s
	}
	return nil
}

// record returns the ticket as a CSV record: null becomes "".
func (e exported) record() []string {
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	confidence, creator := "", ""
	if e.AIConfidence != nil {
		confidence = strconv.FormatFloat(*e.AIConfidence, 'g', -1, 64)
	}
	if e.CreatedBy != nil {
		creator = strconv.FormatInt(*e.CreatedBy, 10)
	}
	return []string{
		strconv.FormatInt(e.ID, 10), harmless(e.Title), harmless(e.Description), e.Status, text(e.Category),
		text(e.Priority), e.AIStatus, confidence, text(e.ClassifiedBy), creator, e.CreatedAt,
	}
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
