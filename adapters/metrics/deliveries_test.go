package metrics_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/metrics"
	"ticketd/domain"
	"ticketd/ports"
)

func TestTriesOfDeliveriesAreCounted(t *testing.T) {
	t.Parallel()
	m := metrics.New(metrics.Options{})
	before := scrape(t, m)
	for _, outcome := range []string{"delivered", "retried", "given_up"} {
		require.Contains(t, before, `ticketd_webhook_deliveries_total{outcome="`+outcome+`"}`)
	}
	m.Tried(ports.DeliveryEnd{State: domain.DeliveryDelivered, Latency: time.Second})
	m.Tried(ports.DeliveryEnd{State: domain.DeliveryPending, Latency: 2 * time.Second})
	m.Tried(ports.DeliveryEnd{State: domain.DeliveryPending, Latency: 4 * time.Second})
	m.Tried(ports.DeliveryEnd{State: domain.DeliveryFailed})
	require.Equal(t, page{
		`ticketd_webhook_deliveries_total{outcome="delivered"}`: 1,
		`ticketd_webhook_deliveries_total{outcome="retried"}`:   2,
		`ticketd_webhook_deliveries_total{outcome="given_up"}`:  1,
		"ticketd_webhook_delivery_seconds_sum":                  7,
		"ticketd_webhook_delivery_seconds_count":                4,
	}, scrape(t, m).changed(before))
}
