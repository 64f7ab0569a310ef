package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"ticketd/domain"
	"ticketd/ports"
)

// Labelled is a file of tickets with their right labels. A row has title, description and category, and may
// have id, priority and source. Other fields do not matter.
type Labelled struct{ path string }

var _ ports.LabelledTickets = Labelled{}

var labelledNames = Names{[]string{"title", "description", "category"}, []string{"id", "priority", "source"}}

// NewLabelled returns ErrUnknownFormat for a name that does not tell the format. It does not open the file.
func NewLabelled(path string) (Labelled, error) {
	_, err := formatOf(path)
	return Labelled{path}, err
}

// LabelledTickets reads the file from the start. A ticket without an id gets its line as one: "line 7".
func (l Labelled) LabelledTickets(ctx context.Context) iter.Seq2[ports.LabelledTicket, error] {
	return func(yield func(ports.LabelledTicket, error) bool) {
		for row, err := range Rows(ctx, l.path, labelledNames) {
			var t ports.LabelledTicket
			if err == nil {
				t, err = labelledFromRow(row)
				if err != nil {
					err = &RowError{Path: l.path, Line: row.Line(), Err: err}
				}
			}
			if !yield(t, err) {
				return
			}
		}
	}
}

// labelledFromRow returns all that is wrong with a row as one error.
func labelledFromRow(row Row) (ports.LabelledTicket, error) {
	var bad domain.FieldErrors
	get := func(name string) string {
		text, err := row.Text(name)
		if err != nil {
			bad.Add(name, "must be a string")
		}
		return text
	}
	title, description, category, priority := get("title"), get("description"), get("category"), get("priority")
	id, source := get("id"), get("source")
	if err := bad.Err(); err != nil {
		return ports.LabelledTicket{}, plain(err)
	}
	t := ports.LabelledTicket{ID: cmp.Or(id, fmt.Sprintf("line %d", row.Line())), Source: source}
	text, textErr := domain.NewText(title, description)
	addFields(&bad, textErr)
	var err error
	t.Text = text
	t.Category, err = domain.ParseCategory(label(category))
	addFields(&bad, err)
	if priority != "" {
		t.Priority, err = domain.ParsePriority(label(priority))
		addFields(&bad, err)
	}
	return t, plain(bad.Err())
}

// label undoes what spreadsheets do to labels: capitals and blanks around them.
func label(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func addFields(bad *domain.FieldErrors, err error) {
	if e, ok := errors.AsType[*domain.Error](err); ok {
		for _, f := range e.Fields {
			bad.Add(f.Field, f.Message)
		}
	}
}

// plain joins the messages of the broken fields and drops the generic "the input is invalid".
func plain(err error) error {
	e, ok := errors.AsType[*domain.Error](err)
	if !ok {
		return err
	}
	messages := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		messages[i] = f.Field + " " + f.Message
	}
	return errors.New(strings.Join(messages, "; "))
}
