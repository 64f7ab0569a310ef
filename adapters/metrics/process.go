package metrics

import (
	"database/sql"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// WatchPools shows the connections of each pool, by its name.
func (m *Metrics) WatchPools(pools map[string]*sql.DB) {
	ours := prometheus.WrapRegistererWithPrefix("ticketd_", m.registry)
	for name, db := range pools {
		ours.MustRegister(collectors.NewDBStatsCollector(db, name))
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
