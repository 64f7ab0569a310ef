package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// The columns of a WebhookRow, each named once, but for those that an engine computes: rotating and
// failing_for.
const (
	WebhookColumns      = `id, ` + NewWebhookColumns
	NewWebhookColumns   = `created_at, version, ` + SavedWebhookColumns
	SavedWebhookColumns = `url, description, types, category, priority, secrets, rotated_at, active, disabled`
)

const (
	// GoneBatch is how many deliveries of a deleted webhook one step deletes.
	GoneBatch = 5000
	// ReplayScan is how many events one replay looks at for each that it may repeat: a filter may match few.
	ReplayScan = 10
)

// List is a list of texts, stored as JSON.
type List []string

// Scan makes List an sql.Scanner.
func (l *List) Scan(src any) error {
	switch v := src.(type) {
	case []byte:
		return json.Unmarshal(v, l)
	case string:
		return json.Unmarshal([]byte(v), l)
	}
	return fmt.Errorf("a list is stored as %T", src)
}

// Value makes List a driver.Valuer.
func (l List) Value() (driver.Value, error) {
	if l == nil {
		l = List{}
	}
	b, err := json.Marshal([]string(l))
	return string(b), err
}

// WebhookRow is a row of webhooks.
type WebhookRow struct {
	ID          int64   `db:"id"`
	CreatedAt   Moment  `db:"created_at"`
	Version     int64   `db:"version"`
	URL         string  `db:"url"`
	Description string  `db:"description"`
	Types       List    `db:"types"`
	Category    *string `db:"category"`
	Priority    *string `db:"priority"`
	Secrets     List    `db:"secrets"`
	RotatedAt   *Moment `db:"rotated_at"`
	Active      bool    `db:"active"`
	Disabled    *string `db:"disabled"`
	Rotating    bool    `db:"rotating"`    // within domain.SecretOverlap of the last rotation, by the engine's clock
	FailingFor  int64   `db:"failing_for"` // in microseconds by the engine's clock, 0 if it does not fail
}

// NewWebhookRow returns w as a row to insert or update.
func NewWebhookRow(w domain.Webhook) WebhookRow {
	r := WebhookRow{
		ID: int64(w.ID), CreatedAt: Moment{w.CreatedAt}, Version: w.Version,
		URL: w.URL, Description: w.Description, Types: make(List, len(w.Types)),
		Category: Label(w.Category), Priority: Label(w.Priority), Secrets: List(w.Secrets), Active: w.Active,
		Disabled: Label(w.Disabled), FailingFor: w.FailingFor.Microseconds(),
	}
	for i, t := range w.Types {
		r.Types[i] = t.String()
	}
	if !w.RotatedAt.IsZero() {
		r.RotatedAt = &Moment{w.RotatedAt}
	}
	return r
}

// Webhook returns the row as a webhook.
func (r WebhookRow) Webhook() (domain.Webhook, error) {
	category, err1 := stored(r.Category, domain.ParseCategory)
	priority, err2 := stored(r.Priority, domain.ParsePriority)
	disabled, err3 := stored(r.Disabled, domain.ParseDisableReason)
	err := errors.Join(err1, err2, err3)
	types := make([]domain.EventType, len(r.Types))
	for i, s := range r.Types {
		t, bad := domain.ParseEventType(s)
		types[i], err = t, errors.Join(err, bad)
	}
	if err != nil || len(r.Secrets) == 0 {
		return domain.Webhook{}, damaged("webhook", r.ID, errors.Join(err, errors.New("labels or secrets")))
	}
	w := domain.Webhook{
		ID: domain.WebhookID(r.ID), URL: r.URL, Description: r.Description, Types: types,
		Category: category, Priority: priority, Secrets: r.Secrets, Active: r.Active, Disabled: disabled,
		FailingFor: time.Duration(r.FailingFor) * time.Microsecond, CreatedAt: r.CreatedAt.Time, Version: r.Version,
	}
	if r.RotatedAt != nil {
		w.RotatedAt = r.RotatedAt.Time
	}
	if !r.Rotating {
		w.Secrets = w.Secrets[:1]
	}
	return w, nil
}

// WebhookSlice does the same as TicketSlice for webhooks.
func WebhookSlice(rows []WebhookRow, limit int) (ports.Slice[domain.Webhook], error) {
	rows, next := cut(rows, limit, func(r WebhookRow) ports.Position { return position(r.CreatedAt, r.ID) })
	items, err := each(rows, WebhookRow.Webhook)
	return ports.Slice[domain.Webhook]{Items: items, Next: next}, err
}

// DeliveryColumns are the columns of a DeliveryRow.
const DeliveryColumns = `id, webhook_id, event_id, ticket_id, type, state, attempts, status, error, latency_us, ` +
	`next_at, created_at, updated_at`

// DeliveryRow is a row of deliveries.
type DeliveryRow struct {
	ID        int64   `db:"id"`
	WebhookID int64   `db:"webhook_id"`
	EventID   int64   `db:"event_id"`
	TicketID  int64   `db:"ticket_id"`
	Type      string  `db:"type"`
	State     string  `db:"state"`
	Attempts  int     `db:"attempts"`
	Status    int     `db:"status"`
	Error     string  `db:"error"`
	LatencyUS int64   `db:"latency_us"`
	NextAt    *Moment `db:"next_at"`
	CreatedAt Moment  `db:"created_at"`
	UpdatedAt Moment  `db:"updated_at"`
}

// Delivery returns the row as a delivery.
func (r DeliveryRow) Delivery() (domain.Delivery, error) {
	kind, err1 := domain.ParseEventType(r.Type)
	state, err2 := domain.ParseDeliveryState(r.State)
	if err := errors.Join(err1, err2); err != nil {
		return domain.Delivery{}, damaged("delivery", r.ID, err)
	}
	return domain.Delivery{
		ID: r.ID, Webhook: domain.WebhookID(r.WebhookID), EventID: r.EventID, EventType: kind,
		Ticket: domain.TicketID(r.TicketID), State: state, Attempts: r.Attempts, Status: r.Status, Error: r.Error,
		Latency: time.Duration(r.LatencyUS) * time.Microsecond, NextAt: r.NextAt.time(),
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time,
	}, nil
}

// DeliverySlice does the same as TicketSlice for deliveries.
func DeliverySlice(rows []DeliveryRow, limit int) (ports.Slice[domain.Delivery], error) {
	rows, next := cut(rows, limit, func(r DeliveryRow) ports.Position { return position(r.CreatedAt, r.ID) })
	items, err := each(rows, DeliveryRow.Delivery)
	return ports.Slice[domain.Delivery]{Items: items, Next: next}, err
}

// DeliveriesOf demands those of one webhook; a zero state is any.
func DeliveriesOf(
	id domain.WebhookID, state domain.DeliveryState, placeholder func(n int) string,
) *Conditions {
	c := Anything(placeholder)
	c.Equal("webhook_id", int64(id))
	if c.label("state", state.String()); state == domain.DeliveryPending || state == domain.DeliveryFailed {
		c.Demand(`state <> '` + domain.DeliveryDelivered.String() + `'`) // opens the index of these
	}
	return c
}

// EndRow is how a try ended. As JSON it has the names that the engines read it by.
type EndRow struct {
	ID        int64  `json:"id"`
	WebhookID int64  `json:"webhook_id"`
	TicketID  int64  `json:"ticket_id"`
	Until     Moment `json:"until"`
	State     string `json:"state"`
	WaitUS    int64  `json:"wait_us"`
	Status    int    `json:"status"`
	Error     string `json:"error"`
	LatencyUS int64  `json:"latency_us"`
	Untried   bool   `json:"untried"` // it tells nothing of the receiver
}

// NewEndRows returns the ends as rows to send.
func NewEndRows(ends []ports.DeliveryEnd) []EndRow {
	list := make([]EndRow, len(ends))
	for i, e := range ends {
		list[i] = EndRow{
			ID: e.Delivery.ID, WebhookID: int64(e.Delivery.Webhook.ID), TicketID: int64(e.Delivery.Event.Ticket.ID),
			Until: Moment{e.Delivery.Until}, State: e.State.String(), WaitUS: max(e.Wait, 0).Microseconds(),
			Status: e.Status, Error: Text(e.Error), LatencyUS: max(e.Latency, 0).Microseconds(),
		}
	}
	return list
}

// DueRow is a delivery that was just claimed, with its event.
type DueRow struct {
	DeliveryID int64  `db:"delivery_id"`
	WebhookID  int64  `db:"webhook_id"`
	Attempts   int    `db:"attempts"`
	Until      Moment `db:"until"`
	Known      bool   `db:"known"` // the event is still in the log; else only its id and ticket_id are set
	EventRow
}

// Due returns the rows as deliveries, and apart from them, as ends, those whose event is forgotten.
func Due(rows []DueRow, webhooks []WebhookRow) (due []ports.DueDelivery, forgotten []EndRow, err error) {
	of := make(map[int64]domain.Webhook, len(webhooks))
	for _, r := range webhooks {
		if of[r.ID], err = r.Webhook(); err != nil {
			return nil, nil, err
		}
	}
	for _, r := range rows {
		if !r.Known {
			forgotten = append(forgotten, EndRow{
				ID: r.DeliveryID, WebhookID: r.WebhookID, TicketID: r.TicketID, Until: r.Until,
				State: domain.DeliveryFailed.String(), Error: domain.ErrorForgotten, Untried: true,
			})
			continue
		}
		e, err := r.Event()
		if err != nil {
			return nil, nil, err
		}
		due = append(due, ports.DueDelivery{
			ID: r.DeliveryID, Attempt: r.Attempts, Until: r.Until.Time, Webhook: of[r.WebhookID], Event: e.Event,
		})
	}
	return due, forgotten, nil
}

// BacklogRow is the state of the deliveries.
type BacklogRow struct {
	Pending  int   `db:"pending"`
	Oldest   int64 `db:"oldest"` // in microseconds
	Disabled int   `db:"disabled"`
}

// Backlog returns the row for monitoring.
func (r BacklogRow) Backlog() ports.DeliveryBacklog {
	return ports.DeliveryBacklog{
		Pending: r.Pending, Oldest: max(0, time.Duration(r.Oldest)*time.Microsecond), Disabled: r.Disabled,
	}
}

// WebhookJSON is what an event tells of a webhook, as it is stored.
type WebhookJSON struct {
	ID     int64  `json:"id"`
	URL    string `json:"url"`
	Reason string `json:"reason"`
}

// webhookEvent returns the row of an event of a webhook.
func (r EventRow) webhookEvent() (ports.StoredEvent, error) {
	var w WebhookJSON
	kind, err1 := domain.ParseEventType(r.Type)
	err2 := json.Unmarshal([]byte(*r.Webhook), &w)
	reason, err3 := domain.ParseDisableReason(w.Reason)
	if err := errors.Join(err1, err2, err3); err != nil {
		return ports.StoredEvent{}, damaged("event", r.ID, err)
	}
	notice := domain.WebhookNotice{ID: domain.WebhookID(w.ID), URL: w.URL, Disabled: reason}
	return ports.StoredEvent{
		Event:    domain.Event{ID: r.ID, Type: kind, At: r.CreatedAt.Time, Webhook: &notice},
		Position: ports.EventPosition{Era: r.Era, Tx: r.Tx, ID: r.ID},
	}, nil
}

// ReplayedRow is what a replay did, with the place of the last event that it counts.
type ReplayedRow struct {
	Count  int   `db:"replayed"`
	Chosen int   `db:"chosen"`
	Seen   int   `db:"seen"`
	Era    int64 `db:"era"`
	Tx     int64 `db:"tx"`
	ID     int64 `db:"id"`
}

// Replayed returns the row for the core. Up to limit events were to be chosen, of up to scan.
func (r ReplayedRow) Replayed(limit, scan int) ports.Replayed {
	return ports.Replayed{
		Count: r.Count, More: r.Chosen >= limit || r.Seen >= scan,
		Next: ports.EventPosition{Era: r.Era, Tx: r.Tx, ID: r.ID},
	}
}
