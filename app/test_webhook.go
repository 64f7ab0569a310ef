package app

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// TestWebhook tells a receiver of an event that did not happen, whether its webhook is on or off.
type TestWebhook struct {
	webhooks ports.WebhookStore
	sender   ports.WebhookSender
	clock    ports.Clock
}

// NewTestWebhook wires the use case.
func NewTestWebhook(webhooks ports.WebhookStore, sender ports.WebhookSender, clock ports.Clock) *TestWebhook {
	return &TestWebhook{webhooks, sender, clock}
}

// Handle makes one request, at once. Its outcome is in no record and changes nothing.
func (uc *TestWebhook) Handle(ctx context.Context, id domain.WebhookID) (ports.SendResult, error) {
	w, err := uc.webhooks.Webhook(ctx, id)
	if err != nil {
		return ports.SendResult{}, err
	}
	now := domain.Timestamp(uc.clock.Now())
	return uc.sender.Send(ctx, w, domain.Event{
		ID:   now.UnixMicro(), // receivers drop an id that they know
		Type: domain.EventWebhookTest, At: now, Webhook: &domain.WebhookNotice{ID: w.ID, URL: w.URL},
	}), nil
}
