package app

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// RotateWebhookSecret gives a subscription another secret.
type RotateWebhookSecret struct {
	webhooks ports.WebhookStore
	clock    ports.Clock
}

// NewRotateWebhookSecret wires the use case.
func NewRotateWebhookSecret(webhooks ports.WebhookStore, clock ports.Clock) *RotateWebhookSecret {
	return &RotateWebhookSecret{webhooks, clock}
}

// Handle returns the webhook with its new secret first. The one before it signs, too, for
// domain.SecretOverlap.
func (uc *RotateWebhookSecret) Handle(ctx context.Context, id domain.WebhookID) (domain.Webhook, error) {
	return changeWebhook(ctx, uc.webhooks, id, func(w *domain.Webhook) error {
		w.RotateSecret(uc.clock.Now())
		return nil
	})
}
