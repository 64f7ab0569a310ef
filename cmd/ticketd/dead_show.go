package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ticketd/app/classification"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
	"ticketd/ports"
)

// lookTime is how long a database may take to open before the letter is shown without it.
const lookTime = 10 * time.Second

type deadShow struct {
	settings.RawReplay
	ID string `arg:"" help:"The letter's id, from dead list."`
}

// letterDocument is a dead letter with what is known about it.
type letterDocument struct {
	letterLine
	Event  any         `json:"event,omitempty"`  // as it came, or as it was announced
	Record []triedLine `json:"record,omitempty"` // the failed attempts of the round, oldest first
	Now    any         `json:"now,omitempty"`    // the ticket: a ticketNow, goneNow or unknownNow
}

type triedLine struct {
	Attempt   int    `json:"attempt"`
	At        string `json:"at"`
	Source    string `json:"source"`
	Model     string `json:"model,omitempty"`
	Error     string `json:"error"`
	LatencyMS int64  `json:"latency_ms"`
}

type ticketEvent struct {
	ID          int64  `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

type (
	ticketNow struct {
		Status       string `json:"status"`
		AIStatus     string `json:"ai_status"`
		Category     string `json:"category,omitempty"`
		Priority     string `json:"priority,omitempty"`
		ClassifiedBy string `json:"classified_by,omitempty"`
	}
	goneNow struct {
		Deleted bool `json:"deleted"`
	}
	unknownNow struct {
		Unknown string `json:"unknown"` // why
	}
)

// Help is shown under the flags.
func (c *deadShow) Help() string {
	return "The document has the letter's id, ticket, cause, attempts and time; event, as it came or, for a " +
		"ticket, as it was announced; record, the failed attempts with their errors; and now, the ticket as it " +
		"is now, {\"deleted\": true}, or {\"unknown\": why} where the database cannot be read. It changes " +
		"nothing and makes no database."
}

// Run shows one letter.
func (c *deadShow) Run(ctx context.Context, out *streams) error {
	s, err := c.Parse()
	if err != nil {
		return err
	}
	tickets := s.Store
	s.Store, s.Queue.Use = settings.Store{}, false
	a, err := bootstrap.Open(ctx, s, out.stderr)
	if err != nil {
		return err
	}
	return errors.Join(c.show(ctx, a, tickets, out), a.Close())
}

func (c *deadShow) show(ctx context.Context, a *bootstrap.App, tickets settings.Store, out *streams) error {
	l, err := a.DeadLetters().DeadLetter(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("%s: %w", c.ID, err)
	}
	document := letterDocument{letterLine: lineOf(l)}
	switch {
	case json.Valid(l.Event):
		document.Event = json.RawMessage(l.Event)
	case l.Event != nil:
		document.Event = string(l.Event)
	}
	if !l.Malformed() {
		document.explain(ctx, a, tickets, l)
	}
	lines := json.NewEncoder(out.stdout)
	lines.SetIndent("", "  ")
	return lines.Encode(document)
}

// explain adds what the database knows.
func (d *letterDocument) explain(
	ctx context.Context, a *bootstrap.App, tickets settings.Store, l ports.DeadLetter,
) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	uc, err := a.Explain(ctx, tickets)
	var e classification.Explained
	if err == nil {
		e, err = uc.Handle(ctx, l)
	}
	switch {
	case err != nil:
		d.Now = unknownNow{err.Error()}
	case e.Deleted:
		d.Now = goneNow{true}
	default:
		d.tell(e)
	}
}

func (d *letterDocument) tell(e classification.Explained) {
	t := e.Ticket
	if d.Event == nil {
		d.Event = ticketEvent{int64(t.ID()), t.Text().Title(), t.Text().Description()}
	}
	d.Now = ticketNow{
		t.Status().String(), t.AIStatus().String(), t.Category().String(), t.Priority().String(),
		t.ClassifiedBy().String(),
	}
	for _, tried := range e.Attempts {
		d.Record = append(d.Record, triedLineOf(tried))
	}
}

func triedLineOf(e domain.Classification) triedLine {
	return triedLine{
		e.Attempt, e.At.Format(time.RFC3339Nano), e.Source.String(), e.Model, e.ErrorCode,
		e.Latency.Milliseconds(),
	}
}
