package sqlstore

import (
	"encoding/json"
	"errors"

	"ticketd/domain"
	"ticketd/ports"
)

// NewEvents is what a change adds to the log of events: an event of each type, all with the same ticket.
type NewEvents struct {
	Types    []string       `json:"types,omitempty"`
	State    *TicketRow     `json:"state,omitempty"` // without its texts
	Previous map[string]any `json:"previous,omitempty"`
}

// NewEventRows returns the events of t, which is about to be stored or saved.
func NewEventRows(t domain.Ticket) NewEvents {
	types := t.NewEvents()
	if len(types) == 0 {
		return NewEvents{}
	}
	e := NewEvents{Types: make([]string, len(types)), Previous: previous(t.Previous())}
	for i, p := range types {
		e.Types[i] = p.String()
	}
	row := NewTicketRow(t)
	if t.ID() != 0 {
		row.Version++
	}
	e.State = row.withoutTexts()
	return e
}

// DeletedTicket is the event of a ticket that is deleted.
type DeletedTicket struct {
	ID int64 `json:"id"`
	NewEvents
}

// DeletedEvents returns the events of rows that are deleted.
func DeletedEvents(rows []TicketRow) []DeletedTicket {
	list := make([]DeletedTicket, len(rows))
	for i, r := range rows {
		list[i] = DeletedTicket{r.ID, NewEvents{
			Types: []string{domain.EventDeleted.String()}, State: r.withoutTexts(),
		}}
	}
	return list
}

func (r TicketRow) withoutTexts() *TicketRow {
	r.Title, r.Description = "", ""
	return &r
}

// EventRow is a row of events with the texts of its ticket. PostgreSQL alone has eras and transactions.
type EventRow struct {
	Era         int64   `db:"era"`
	Tx          int64   `db:"tx"`
	ID          int64   `db:"id"`
	TicketID    int64   `db:"ticket_id"`
	CreatedAt   Moment  `db:"created_at"`
	Type        string  `db:"type"`
	Ticket      string  `db:"ticket"`
	Previous    *string `db:"previous"`
	Webhook     *string `db:"webhook"` // nil in an event of a ticket
	Title       *string `db:"title"`   // nil once the ticket is deleted
	Description *string `db:"description"`
}

// Event returns the row as an event.
func (r EventRow) Event() (ports.StoredEvent, error) {
	if r.Webhook != nil {
		return r.webhookEvent()
	}
	kind, err1 := domain.ParseEventType(r.Type)
	var row TicketRow
	err2 := json.Unmarshal([]byte(r.Ticket), &row)
	row.ID = r.TicketID
	if r.Title != nil && r.Description != nil {
		row.Title, row.Description = *r.Title, *r.Description
	}
	was, err3 := r.change()
	if err := errors.Join(err1, err2, err3); err != nil {
		return ports.StoredEvent{}, damaged("event", r.ID, err)
	}
	t, err := row.Ticket()
	return ports.StoredEvent{
		Event: domain.Event{
			ID: r.ID, Type: kind, At: r.CreatedAt.Time, Ticket: t.Snapshot(), Previous: was,
		},
		Position: ports.EventPosition{Era: r.Era, Tx: r.Tx, ID: r.ID},
	}, err
}

// Scanned is a row of events that a page looked at; without a Type, the filter left it out.
type Scanned struct {
	EventRow
	Matches bool `db:"matches"`
}

// EventScan returns how many events to look at for up to limit that match.
func EventScan(f ports.EventFilter, limit int) int {
	if len(f.Types) > 0 || !f.Category.IsZero() || !f.Priority.IsZero() {
		return ports.EventScan
	}
	return limit
}

// EventPage returns the matching rows, of which there may be limit. scanned rows were looked at, up to scan.
func EventPage(rows []Scanned, after ports.EventPosition, limit, scan int) (ports.EventPage, error) {
	page := ports.EventPage{Next: after, End: len(rows) < scan}
	for _, r := range rows {
		if r.Matches && len(page.Events) == limit {
			page.End = false
			break
		}
		page.Next = ports.EventPosition{Era: r.Era, Tx: r.Tx, ID: r.ID}
		if !r.Matches {
			continue
		}
		e, err := r.Event()
		if err != nil {
			return ports.EventPage{}, err
		}
		page.Events = append(page.Events, e)
	}
	return page, nil
}

// previous names the columns that changed, with their earlier values.
func previous(c *domain.TicketChange) map[string]any {
	if c == nil {
		return nil
	}
	m := map[string]any{}
	noteLabel(m, "status", c.Status)
	noteLabel(m, "category", c.Category)
	noteLabel(m, "priority", c.Priority)
	noteLabel(m, "ai_status", c.AIStatus)
	noteLabel(m, "classified_by", c.ClassifiedBy)
	noteLabel(m, "review", c.Review)
	if c.AIConfidence != nil {
		m["ai_confidence"] = *c.AIConfidence
	}
	if c.NeedsReview != nil {
		m["needs_review"] = *c.NeedsReview
	}
	return m
}

func noteLabel[L interface{ String() string }](m map[string]any, name string, was *L) {
	if was != nil {
		m[name] = Label(*was)
	}
}

// change is the inverse of previous.
func (r EventRow) change() (*domain.TicketChange, error) {
	if r.Previous == nil {
		return nil, nil
	}
	var m struct {
		AIConfidence json.RawMessage `json:"ai_confidence"`
		NeedsReview  *bool           `json:"needs_review"`
	}
	var labels map[string]any
	if err := errors.Join(
		json.Unmarshal([]byte(*r.Previous), &m), json.Unmarshal([]byte(*r.Previous), &labels),
	); err != nil {
		return nil, err
	}
	var c domain.TicketChange
	var errs [7]error
	c.NeedsReview = m.NeedsReview
	c.Status, errs[0] = wasLabel(labels, "status", domain.ParseStatus)
	c.Category, errs[1] = wasLabel(labels, "category", domain.ParseCategory)
	c.Priority, errs[2] = wasLabel(labels, "priority", domain.ParsePriority)
	c.AIStatus, errs[3] = wasLabel(labels, "ai_status", domain.ParseAIStatus)
	c.ClassifiedBy, errs[4] = wasLabel(labels, "classified_by", domain.ParseSource)
	c.Review, errs[5] = wasLabel(labels, "review", domain.ParseReview)
	if m.AIConfidence != nil {
		var was *float64
		errs[6] = json.Unmarshal(m.AIConfidence, &was)
		c.AIConfidence = &was
	}
	return &c, errors.Join(errs[:]...)
}

// wasLabel returns nil if the label did not change.
func wasLabel[L any](m map[string]any, name string, parse func(string) (L, error)) (*L, error) {
	value, changed := m[name]
	if !changed {
		return nil, nil
	}
	var none L
	slug, set := value.(string)
	if !set {
		return &none, nil
	}
	l, err := parse(slug)
	return &l, err
}
