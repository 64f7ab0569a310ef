package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// webhookColumns adds what counts from now.
var webhookColumns = sqlstore.WebhookColumns + fmt.Sprintf(`,
    coalesce(rotated_at > now() - %d * interval '1 microsecond', false) AS rotating,
    CASE WHEN failing_since IS NULL THEN 0
        ELSE greatest((extract(epoch FROM now() - failing_since) * 1000000)::bigint, 1) END AS failing_for`,
	domain.SecretOverlap.Microseconds())

const (
	// onlyAdderSQL makes those who add webhooks count one after the other. It waits for no reader.
	onlyAdderSQL = `LOCK TABLE webhooks IN SHARE ROW EXCLUSIVE MODE`

	// addWebhookSQL begins at the end of the log.
	addWebhookSQL = `
WITH added AS (
    INSERT INTO webhooks (` + sqlstore.NewWebhookColumns + `)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE (SELECT count(*) FROM webhooks) < $12
    RETURNING id
), placed AS (
    INSERT INTO webhook_places (webhook_id, era, xid, event_id)
    SELECT added.id, coalesce(last.era, 0), coalesce(last.xid, '0'), coalesce(last.id, 0)
    FROM added LEFT JOIN (
        SELECT era, xid, id FROM events WHERE ` + settled + ` ORDER BY era DESC, xid DESC, id DESC LIMIT 1
    ) AS last ON true
)
SELECT id FROM added`

	// saveWebhookSQL forgets that the webhook failed if w does.
	saveWebhookSQL = `
UPDATE webhooks SET (` + sqlstore.SavedWebhookColumns + `) = ROW($3, $4, $5, $6, $7, $8, $9, $10, $11),
    version = version + 1, failing_since = CASE WHEN $12::bigint > 0 THEN failing_since END
WHERE id = $1 AND version = $2`

	webhookExistsSQL = `SELECT 1 FROM webhooks WHERE id = $1`

	// silenceWebhookSQL keeps a webhook that is to go from getting more deliveries.
	silenceWebhookSQL = `UPDATE webhooks SET active = false, version = version + 1 WHERE id = $1`

	forgetDeliveriesSQL = `
DELETE FROM deliveries WHERE id = ANY (ARRAY(SELECT id FROM deliveries WHERE webhook_id = $1 LIMIT $2))`

	deleteWebhookSQL = `DELETE FROM webhooks WHERE id = $1`
)

// webhookArgs are the values of sqlstore.SavedWebhookColumns.
func webhookArgs(r sqlstore.WebhookRow) []any {
	var rotated *time.Time
	if r.RotatedAt != nil {
		rotated = &r.RotatedAt.Time
	}
	return []any{
		r.URL, r.Description, r.Types, r.Category, r.Priority, r.Secrets, rotated, r.Active, r.Disabled,
	}
}

// AddWebhook implements ports.WebhookStore.
func (s *Store) AddWebhook(ctx context.Context, w domain.Webhook) (domain.Webhook, error) {
	r := sqlstore.NewWebhookRow(w)
	args := append([]any{timestamp(w.CreatedAt), r.Version}, webhookArgs(r)...)
	id, err := within(ctx, func() (id int64, err error) {
		var added []int64
		err = s.change(ctx, func(tx *sqlx.Tx) error {
			if _, err := tx.ExecContext(ctx, onlyAdderSQL); err != nil {
				return err
			}
			return tx.SelectContext(ctx, &added, addWebhookSQL, append(args, domain.MaxWebhooks)...)
		})
		if err == nil && len(added) == 0 {
			return 0, domain.ErrTooManyWebhooks
		}
		if err != nil {
			return 0, err
		}
		return added[0], nil
	})
	if err != nil {
		return domain.Webhook{}, failed(ctx, err, "add a webhook")
	}
	w.ID = domain.WebhookID(id)
	return w, nil
}

var webhookSQL = `SELECT ` + webhookColumns + ` FROM webhooks WHERE id = $1`

// Webhook implements ports.WebhookStore.
func (s *Store) Webhook(ctx context.Context, id domain.WebhookID) (domain.Webhook, error) {
	row, found, err := one[sqlstore.WebhookRow](ctx, s, webhookSQL, int64(id))
	if err == nil && !found {
		err = domain.ErrWebhookNotFound
	}
	if err != nil {
		return domain.Webhook{}, failed(ctx, err, "read webhook %d", id)
	}
	return row.Webhook()
}

var listWebhooksSQL = `SELECT ` + webhookColumns + ` FROM webhooks`

// ListWebhooks implements ports.WebhookStore.
func (s *Store) ListWebhooks(ctx context.Context, p ports.Page) (ports.Slice[domain.Webhook], error) {
	query, args := page(listWebhooksSQL, sqlstore.Anything(placeholder), p)
	list, err := rows[sqlstore.WebhookRow](ctx, s, query, args...)
	if err != nil {
		return ports.Slice[domain.Webhook]{}, failed(ctx, err, "list webhooks")
	}
	return sqlstore.WebhookSlice(list, p.Limit)
}

// SaveWebhook implements ports.WebhookStore.
func (s *Store) SaveWebhook(ctx context.Context, w domain.Webhook) error {
	r := sqlstore.NewWebhookRow(w)
	args := append([]any{r.ID, r.Version}, webhookArgs(r)...)
	n, err := exec(ctx, s, saveWebhookSQL, append(args, r.FailingFor)...)
	if err == nil && n == 0 {
		if err = s.webhookExists(ctx, w.ID); err == nil {
			err = domain.ErrWebhookChanged
		}
	}
	return failed(ctx, err, "save webhook %d", w.ID)
}

func (s *Store) webhookExists(ctx context.Context, id domain.WebhookID) error {
	_, there, err := one[int](ctx, s, webhookExistsSQL, int64(id))
	if err == nil && !there {
		return domain.ErrWebhookNotFound
	}
	return err
}

// DeleteWebhook implements ports.WebhookStore. There may be a million deliveries: they go part by part, and a
// repeated call goes on where one was cut off.
func (s *Store) DeleteWebhook(ctx context.Context, id domain.WebhookID) error {
	n, err := exec(ctx, s, silenceWebhookSQL, int64(id))
	if err == nil && n == 0 {
		err = domain.ErrWebhookNotFound
	}
	for n = sqlstore.GoneBatch; err == nil && n == sqlstore.GoneBatch; {
		n, err = exec(ctx, s, forgetDeliveriesSQL, int64(id), sqlstore.GoneBatch)
	}
	if err == nil {
		_, err = exec(ctx, s, deleteWebhookSQL, int64(id))
	}
	return failed(ctx, err, "delete webhook %d", id)
}
