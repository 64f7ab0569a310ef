package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"ticketd/domain"
	"ticketd/ports"
)

// sendBuckets reach, in seconds, to what a receiver may take.
var sendBuckets = []float64{.005, .025, .1, .25, .5, 1, 2, 5, 10, 15}

// tries are the values of the label for what became of a try, by the state it left the delivery in.
var tries = map[domain.DeliveryState]string{
	domain.DeliveryDelivered: "delivered", domain.DeliveryPending: "retried", domain.DeliveryFailed: "given_up",
}

// Deliveries count what is sent to webhooks.
type Deliveries struct {
	parts
	tried *prometheus.CounterVec
	took  prometheus.Histogram
}

var _ ports.DeliveryMeter = (*Deliveries)(nil)

func newDeliveries() *Deliveries {
	d := &Deliveries{
		tried: counter("ticketd_webhook_deliveries_total",
			"Tries to deliver an event to a webhook, by what became of it: delivered, to be retried, or given up.",
			"outcome"),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "ticketd_webhook_delivery_seconds", Help: "Time of one such try, failed ones included.",
			Buckets: sendBuckets,
		}),
	}
	d.parts = parts{d.tried, d.took}
	for _, outcome := range tries {
		d.tried.WithLabelValues(outcome)
	}
	return d
}

// Tried implements ports.DeliveryMeter.
func (d *Deliveries) Tried(end ports.DeliveryEnd) {
	d.tried.WithLabelValues(tries[end.State]).Inc()
	d.took.Observe(end.Latency.Seconds())
}

// WatchDeliveries shows what waits for webhooks, and what this process has in flight.
func (m *Metrics) WatchDeliveries(r ports.DeliveryInspector, inFlight func() int) {
	m.gauge("ticketd_webhook_in_flight", "Deliveries that this process has in hand.",
		func() float64 { return float64(inFlight()) })
	m.registry.MustRegister(&scraped[ports.DeliveryBacklog]{
		others: []*prometheus.Desc{
			desc("ticketd_webhook_pending_deliveries",
				"Deliveries that have not ended, counted up to 10000; the same in all processes."),
			desc("ticketd_webhook_oldest_age_seconds",
				"Age of the oldest event that an active webhook still waits for; 0 without any; "+
					"the same in all processes."),
			desc("ticketd_webhooks_disabled",
				"Webhooks that were switched off because they failed; the same in all processes."),
		},
		read: r.DeliveryBacklog,
		values: func(b ports.DeliveryBacklog) []*float64 {
			return []*float64{number(b.Pending), seconds(b.Oldest), number(b.Disabled)}
		},
	})
}
