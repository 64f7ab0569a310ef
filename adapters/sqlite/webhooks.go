package sqlite

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

// micros is the time of the database's clock, to the millisecond.
const micros = `CAST(unixepoch('subsec') * 1000000 AS INTEGER)`

// webhookColumns adds what counts from now.
var webhookColumns = sqlstore.WebhookColumns + fmt.Sprintf(`,
    coalesce(rotated_at > %[1]s - %[2]d, false) AS rotating,
    coalesce(max(%[1]s - failing_since, 1), 0) AS failing_for`, micros, domain.SecretOverlap.Microseconds())

var (
	// addWebhookSQL begins at the end of the log.
	addWebhookSQL = `
INSERT INTO webhooks (` + sqlstore.NewWebhookColumns + `, place)
SELECT ` + sqlstore.EachColumn(sqlstore.NewWebhookColumns, `:%s`) + `, (SELECT coalesce(max(id), 0) FROM events)
WHERE (SELECT count(*) FROM webhooks) < :most
RETURNING id`

	// saveWebhookSQL forgets that the webhook failed if w does.
	saveWebhookSQL = `
UPDATE webhooks SET (` + sqlstore.SavedWebhookColumns + `)
        = (` + sqlstore.EachColumn(sqlstore.SavedWebhookColumns, `:%s`) + `),
    version = version + 1, failing_since = CASE WHEN :failing_for > 0 THEN failing_since END
WHERE id = :id AND version = :version`
)

const (
	webhookExistsSQL = `SELECT 1 FROM webhooks WHERE id = ?1`

	// silenceWebhookSQL keeps a webhook that is to go from getting more deliveries.
	silenceWebhookSQL = `UPDATE webhooks SET active = 0, version = version + 1 WHERE id = ?1`

	forgetDeliveriesSQL = `
DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE webhook_id = ?1 LIMIT ?2)`

	deleteWebhookSQL = `DELETE FROM webhooks WHERE id = ?1`
)

// AddWebhook implements ports.WebhookStore.
func (s *Store) AddWebhook(ctx context.Context, w domain.Webhook) (domain.Webhook, error) {
	row := struct {
		sqlstore.WebhookRow
		Most int `db:"most"`
	}{sqlstore.NewWebhookRow(w), domain.MaxWebhooks}
	var added []int64
	err := s.change(ctx, func(tx *sqlx.Tx) error {
		st, err := tx.PrepareNamedContext(ctx, addWebhookSQL)
		if err != nil {
			return err
		}
		defer st.Close()
		return st.SelectContext(ctx, &added, row)
	})
	if err == nil && len(added) == 0 {
		err = domain.ErrTooManyWebhooks
	}
	if err != nil {
		return domain.Webhook{}, failed(ctx, err, "add a webhook")
	}
	w.ID = domain.WebhookID(added[0])
	return w, nil
}

var webhookSQL = `SELECT ` + webhookColumns + ` FROM webhooks WHERE id = ?1`

// Webhook implements ports.WebhookStore.
func (s *Store) Webhook(ctx context.Context, id domain.WebhookID) (domain.Webhook, error) {
	row, found, err := sqlstore.One[sqlstore.WebhookRow](ctx, s.read, webhookSQL, int64(id))
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
	rows, err := sqlstore.Rows[sqlstore.WebhookRow](ctx, s.read, query, args...)
	if err != nil {
		return ports.Slice[domain.Webhook]{}, failed(ctx, err, "list webhooks")
	}
	return sqlstore.WebhookSlice(rows, p.Limit)
}

// SaveWebhook implements ports.WebhookStore.
func (s *Store) SaveWebhook(ctx context.Context, w domain.Webhook) error {
	var n int64
	err := s.change(ctx, func(tx *sqlx.Tx) (err error) {
		n, err = changed(tx.NamedExecContext(ctx, saveWebhookSQL, sqlstore.NewWebhookRow(w)))
		return err
	})
	if err == nil && n == 0 {
		if err = s.webhookExists(ctx, w.ID); err == nil {
			err = domain.ErrWebhookChanged
		}
	}
	return failed(ctx, err, "save webhook %d", w.ID)
}

func (s *Store) webhookExists(ctx context.Context, id domain.WebhookID) error {
	_, there, err := sqlstore.One[int](ctx, s.read, webhookExistsSQL, int64(id))
	if err == nil && !there {
		return domain.ErrWebhookNotFound
	}
	return err
}

// DeleteWebhook implements ports.WebhookStore. There may be a million deliveries: they go part by part, with
// time for others in between, and a repeated call goes on where one was cut off.
func (s *Store) DeleteWebhook(ctx context.Context, id domain.WebhookID) error {
	n, err := sqlstore.Exec(ctx, s.write, silenceWebhookSQL, int64(id))
	if err == nil && n == 0 {
		err = domain.ErrWebhookNotFound
	}
	for n = sqlstore.GoneBatch; err == nil && n == sqlstore.GoneBatch; {
		n, err = sqlstore.Exec(ctx, s.write, forgetDeliveriesSQL, int64(id), sqlstore.GoneBatch)
	}
	if err == nil {
		_, err = sqlstore.Exec(ctx, s.write, deleteWebhookSQL, int64(id))
	}
	return failed(ctx, err, "delete webhook %d", id)
}
