package redisstream

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"ticketd/domain"
	"ticketd/ports"
)

// DeadLetters is the stream of dead letters. Its entries have the fields ticket_id, cause, attempts and at
// (RFC 3339). A letter for an entry that was no event also has the field event: the entry's payload, or its
// fields as a JSON object if it had no payload that we know.
type DeadLetters struct{ client *Client }

var _ ports.DeadLetters = (*DeadLetters)(nil)

// NewDeadLetters returns the dead letters that c reaches. c stays the caller's to close.
func NewDeadLetters(c *Client) *DeadLetters { return &DeadLetters{c} }

// Add appends a letter.
func (d *DeadLetters) Add(ctx context.Context, l ports.DeadLetter) error {
	fields := map[string]any{
		"cause": l.Cause, "attempts": l.Attempts, "at": l.At.UTC().Format(time.RFC3339Nano),
	}
	if l.TicketID > 0 {
		fields["ticket_id"] = int64(l.TicketID)
	}
	if l.Event != nil {
		fields["event"] = l.Event
	}
	err := d.client.redis.XAdd(ctx, &redis.XAddArgs{Stream: d.client.dead, Values: fields}).Err()
	return d.client.unavailable("write a dead letter", err)
}

// DeadLetters implements ports.DeadLetters.
func (d *DeadLetters) DeadLetters(ctx context.Context, after string, limit int) ([]ports.DeadLetter, error) {
	from := "-"
	if after != "" {
		from = "(" + after
	}
	entries, err := d.client.redis.XRangeN(ctx, d.client.dead, from, "+", int64(limit)).Result()
	if err != nil {
		return nil, d.client.unavailable("list dead letters", err)
	}
	letters := make([]ports.DeadLetter, len(entries))
	for i, e := range entries {
		letters[i] = letterOf(e)
	}
	return letters, nil
}

// DeadLetter implements ports.DeadLetters.
func (d *DeadLetters) DeadLetter(ctx context.Context, id string) (ports.DeadLetter, error) {
	if _, _, err := splitID(id); err != nil {
		return ports.DeadLetter{}, ports.ErrNoDeadLetter
	}
	entries, err := d.client.redis.XRangeN(ctx, d.client.dead, id, id, 1).Result()
	if err != nil {
		return ports.DeadLetter{}, d.client.unavailable("read a dead letter", err)
	}
	if len(entries) == 0 {
		return ports.DeadLetter{}, ports.ErrNoDeadLetter
	}
	return letterOf(entries[0]), nil
}

// Discard implements ports.DeadLetters.
func (d *DeadLetters) Discard(ctx context.Context, ids ...string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	n, err := d.client.redis.XDel(ctx, d.client.dead, ids...).Result()
	return int(n), d.client.unavailable("remove dead letters", err)
}

// letterOf reads an entry as far as it can. An entry of another program becomes a letter without a ticket, of
// the time at which Redis took it.
func letterOf(e redis.XMessage) ports.DeadLetter {
	l := ports.DeadLetter{ID: e.ID, Cause: textField(e.Values, "cause")}
	if id, err := strconv.ParseInt(textField(e.Values, "ticket_id"), 10, 64); err == nil && id > 0 {
		l.TicketID = domain.TicketID(id)
	}
	if n, err := strconv.Atoi(textField(e.Values, "attempts")); err == nil {
		l.Attempts = n
	}
	if at, err := time.Parse(time.RFC3339Nano, textField(e.Values, "at")); err == nil {
		l.At = at
	} else if ms, _, err := splitID(e.ID); err == nil {
		l.At = time.UnixMilli(ms).UTC()
	}
	if raw := textField(e.Values, "event"); raw != "" {
		l.Event = []byte(raw)
	}
	return l
}
