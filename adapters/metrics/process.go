package metrics

import (
	"database/sql"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// WatchTraces counts the batches of spans that failed was called for.
func (m *Metrics) WatchTraces() (failed func()) {
	c := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "ticketd_trace_exports_failed_total",
		Help: "Batches of spans that the collector did not take in time.",
	})
	m.registry.MustRegister(c)
	return c.Inc
}

// WatchPools shows the connections of each pool, by its name.
func (m *Metrics) WatchPools(pools map[string]*sql.DB) {
	ours := prometheus.WrapRegistererWithPrefix("ticketd_", m.registry)
	for name, db := range pools {
		ours.MustRegister(collectors.NewDBStatsCollector(db, name))
	}
}

// WatchDropped counts the database connections that were given up, by reason. It shows nothing where there
// are no reasons.
func (m *Metrics) WatchDropped(dropped func() map[string]int64) {
	for reason := range dropped() {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name:        "ticketd_db_connections_dropped_total",
			Help:        "Database connections that were given up, by reason: silent, late, read_only.",
			ConstLabels: prometheus.Labels{"reason": reason},
		}, func() float64 { return float64(dropped()[reason]) }))
	}
}

// WatchClassifications shows how many classifications are under way in this process.
func (m *Metrics) WatchClassifications(inFlight func() int) {
	m.gauge("ticketd_classifications_in_flight", "Classifications under way in this process.",
		func() float64 { return float64(inFlight()) })
}

// WatchWorker shows how busy a worker is.
func (m *Metrics) WatchWorker(slots int, paused func() bool) {
	m.gauge("ticketd_worker_slots", "Classifications that this worker does at a time at most.",
		func() float64 { return float64(slots) })
	const help = "1 while the provider makes this worker slow down, else 0."
	m.gauge("ticketd_worker_paused", help, func() float64 {
		if paused() {
			return 1
		}
		return 0
	})
}

// WatchConnections shows how many clients are connected.
func (m *Metrics) WatchConnections(open, limit func() int) {
	m.gauge("ticketd_http_connections", "Connections of clients.", func() float64 { return float64(open()) })
	m.gauge("ticketd_http_connections_max", "Connections of clients at most; above, those that wait are closed.",
		func() float64 { return float64(limit()) })
}
