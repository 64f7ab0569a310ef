package app

import (
	"context"
	"fmt"
	"slices"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// ErrWebhookStale: the webhook is not the one that the client has seen.
var ErrWebhookStale = &domain.Error{
	Kind: domain.KindConflict, Code: ErrVersionStale.Code,
	Message: "the webhook was changed since you read it; read it again",
}

// EditWebhook changes a subscription.
type EditWebhook struct {
	webhooks  ports.WebhookStore
	receivers domain.ReceiverRules
}

// NewEditWebhook wires the use case.
func NewEditWebhook(webhooks ports.WebhookStore, receivers domain.ReceiverRules) *EditWebhook {
	return &EditWebhook{webhooks, receivers}
}

// Handle applies all changes at once or none, at one of the versions that the client names, at any if they
// are nil; otherwise it is ErrWebhookStale. A race is repeated on the webhook as it is then.
func (uc *EditWebhook) Handle(
	ctx context.Context, id domain.WebhookID, c domain.WebhookChange, ifVersion []int64,
) (domain.Webhook, error) {
	return changeWebhook(ctx, uc.webhooks, id, func(w *domain.Webhook) error {
		if ifVersion != nil && !slices.Contains(ifVersion, w.Version) {
			return ErrWebhookStale
		}
		return w.Change(c, uc.receivers)
	})
}

// changeWebhook returns the webhook as it is stored then.
func changeWebhook(
	ctx context.Context, webhooks ports.WebhookStore, id domain.WebhookID, change func(*domain.Webhook) error,
) (w domain.Webhook, err error) {
	err = retry.OnConflict(ctx, func(ctx context.Context) (err error) {
		if w, err = webhooks.Webhook(ctx, id); err != nil {
			return err
		}
		if err := change(&w); err != nil {
			return err
		}
		if err := webhooks.SaveWebhook(ctx, w); err != nil {
			return fmt.Errorf("save webhook %d: %w", id, err)
		}
		w.Version++
		return nil
	})
	return w, err
}
