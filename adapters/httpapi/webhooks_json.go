package httpapi

import (
	"strconv"
	"time"

	"ticketd/adapters/internal/apijson"
	"ticketd/domain"
	"ticketd/ports"
)

const listOfWebhooks = "webhooks"

const deliveriesPrefix = "deliveries-"

// deliveriesOf names the deliveries of one webhook, so that a cursor of another webhook's is refused.
func deliveriesOf(id int64) string { return deliveriesPrefix + strconv.FormatInt(id, 10) }

type webhookJSON struct {
	ID             int64    `json:"id"`
	URL            string   `json:"url"`
	Description    *string  `json:"description"`
	Types          []string `json:"types"`
	Category       *string  `json:"category"`
	Priority       *string  `json:"priority"`
	Active         bool     `json:"active"`
	Disabled       *string  `json:"disabled"`
	FailingSeconds int64    `json:"failing_seconds"`
	RotatedAt      *string  `json:"rotated_at"`
	CreatedAt      string   `json:"created_at"`
	Secret         string   `json:"secret,omitzero"`
}

func newWebhookJSON(w domain.Webhook) webhookJSON {
	types := make([]string, len(w.Types))
	for i, t := range w.Types {
		types[i] = t.String()
	}
	j := webhookJSON{
		ID: int64(w.ID), URL: w.URL, Description: apijson.Optional(w.Description), Types: types,
		Category: apijson.Optional(w.Category.String()), Priority: apijson.Optional(w.Priority.String()),
		Active: w.Active, Disabled: apijson.Optional(w.Disabled.String()),
		FailingSeconds: int64(w.FailingFor / time.Second), CreatedAt: apijson.Time(w.CreatedAt),
	}
	if !w.RotatedAt.IsZero() {
		j.RotatedAt = optionalTime(&w.RotatedAt)
	}
	return j
}

// newSecretWebhookJSON shows the newest secret.
func newSecretWebhookJSON(w domain.Webhook) webhookJSON {
	j := newWebhookJSON(w)
	j.Secret = w.Secrets[0]
	return j
}

type deliveryJSON struct {
	ID            int64   `json:"id"`
	EventID       int64   `json:"event_id"`
	Type          string  `json:"type"`
	TicketID      *int64  `json:"ticket_id"`
	State         string  `json:"state"`
	Attempts      int     `json:"attempts"`
	Status        *int    `json:"status"`
	Error         *string `json:"error"`
	LatencyMS     int64   `json:"latency_ms"`
	NextAttemptAt *string `json:"next_attempt_at"`
	CreatedAt     string  `json:"created_at"`
	UpdatedAt     string  `json:"updated_at"`
}

func newDeliveryJSON(d domain.Delivery) deliveryJSON {
	return deliveryJSON{
		ID: d.ID, EventID: d.EventID, Type: d.EventType.String(), TicketID: nonZero(int64(d.Ticket)),
		State: d.State.String(), Attempts: d.Attempts, Status: nonZero(d.Status), Error: apijson.Optional(d.Error),
		LatencyMS: d.Latency.Milliseconds(), NextAttemptAt: optionalTime(d.NextAt),
		CreatedAt: apijson.Time(d.CreatedAt), UpdatedAt: apijson.Time(d.UpdatedAt),
	}
}

type sendResultJSON struct {
	Delivered bool    `json:"delivered"`
	Status    *int    `json:"status"`
	Error     *string `json:"error"`
	Detail    *string `json:"detail"`
	LatencyMS int64   `json:"latency_ms"`
}

func newSendResultJSON(r ports.SendResult) sendResultJSON {
	return sendResultJSON{
		r.Error == "", nonZero(r.Status), apijson.Optional(r.Error), apijson.Optional(r.Detail),
		r.Latency.Milliseconds(),
	}
}

type replayedJSON struct {
	Replayed int     `json:"replayed"`
	More     bool    `json:"more"`
	Next     *string `json:"next"`
	Message  *string `json:"message"`
}

func newReplayedJSON(what ports.Replay, r ports.Replayed) replayedJSON {
	j := replayedJSON{Replayed: r.Count, More: r.More}
	if r.More {
		j.Message = new(replayMessage(what))
		if what.After != nil {
			j.Next = new(encodeEventCursor(r.Next))
		}
	}
	return j
}

func nonZero[N int | int64](n N) *N {
	if n == 0 {
		return nil
	}
	return &n
}

func optionalTime(t *time.Time) *string {
	if t == nil {
		return nil
	}
	return new(apijson.Time(*t))
}
