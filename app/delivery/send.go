package delivery

import (
	"log/slog"
	"net/url"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// send makes one try.
func (e *Engine) send(d ports.DueDelivery) {
	r := e.sender.Send(e.life, d.Webhook, d.Event)
	if r.Error != "" && e.life.Err() != nil {
		// Nobody knows what the receiver made of it: the lease brings it back.
		e.log.Warn("a webhook's delivery was cut off by the stop", attributes(d, r)...)
		e.inFlight.Add(-1)
		return
	}
	fate := domain.DeliveryTry{
		Attempt: d.Attempt, Delivered: r.Error == "", Status: r.Status, RetryAfter: r.RetryAfter,
		FailingFor: d.Webhook.FailingFor,
	}.Fate(retry.Jitter())
	end := ports.DeliveryEnd{
		Delivery: d, State: fate.State, Wait: fate.Wait, Status: r.Status, Error: r.Error, Latency: r.Latency,
	}
	e.tell(end, r)
	e.meter.Tried(end)
	e.end(ended{end, fate.Disable})
}

func (e *Engine) tell(end ports.DeliveryEnd, r ports.SendResult) {
	about := attributes(end.Delivery, r)
	switch end.State {
	case domain.DeliveryDelivered:
		e.log.Debug("a webhook's event was delivered", about...)
	case domain.DeliveryPending:
		level := slog.LevelWarn
		if end.Delivery.Webhook.FailingFor > 0 {
			level = slog.LevelDebug // it was said when the receiver began to fail
		}
		e.log.Log(e.life, level, "a webhook's event was not delivered; it is tried again",
			append(about, "wait_ms", end.Wait.Milliseconds())...)
	default:
		e.log.Warn("a webhook's event was given up", about...)
	}
}

// attributes are those of a try for the log.
func attributes(d ports.DueDelivery, r ports.SendResult) []any {
	list := []any{
		"webhook", d.Webhook.ID, "host", host(d.Webhook), "event", d.Event.ID, "type", d.Event.Type.String(),
		"ticket", d.Event.Ticket.ID, "attempt", d.Attempt, "latency_ms", r.Latency.Milliseconds(),
	}
	if r.Status != 0 {
		list = append(list, "status", r.Status)
	}
	if r.Error != "" {
		list = append(list, "code", r.Error)
	}
	if r.Detail != "" {
		list = append(list, "detail", r.Detail)
	}
	return list
}

// host is what a log line may show of a URL: path and query may be secret.
func host(w domain.Webhook) string {
	u, err := url.Parse(w.URL)
	if err != nil {
		return ""
	}
	return u.Host
}
