package app

import (
	"context"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

// CreateWebhook stores a new subscription.
type CreateWebhook struct {
	webhooks  ports.WebhookStore
	receivers domain.ReceiverRules
	clock     ports.Clock
}

// NewCreateWebhook wires the use case.
func NewCreateWebhook(
	webhooks ports.WebhookStore, receivers domain.ReceiverRules, clock ports.Clock,
) *CreateWebhook {
	return &CreateWebhook{webhooks, receivers, clock}
}

// Handle returns the webhook with its secret. It reports all broken fields at once (KindInvalid); if there
// are too many webhooks, it is domain.ErrTooManyWebhooks.
func (uc *CreateWebhook) Handle(ctx context.Context, c domain.WebhookChange) (domain.Webhook, error) {
	w := domain.NewWebhook(uc.clock.Now())
	if err := w.Change(c, uc.receivers); err != nil {
		return domain.Webhook{}, err
	}
	if w.URL == "" {
		return domain.Webhook{}, domain.Invalid("url", "is required")
	}
	stored, err := uc.webhooks.AddWebhook(ctx, w)
	if err != nil {
		return domain.Webhook{}, fmt.Errorf("add a webhook: %w", err)
	}
	return stored, nil
}
