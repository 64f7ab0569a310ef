package bootstrap

import (
	"ticketd/adapters/metrics"
	"ticketd/adapters/openai"
	"ticketd/app/classification"
	"ticketd/ports"
)

// newMetrics makes the figures that servers and workers have in common.
func newMetrics(c ClassifierSettings, price *metrics.Price, st store) *metrics.Metrics {
	o := metrics.Options{Price: price}
	o.Version, o.Revision = Build()
	if c.Name != classifierLocal {
		o.Model, o.Parameters = c.Model, openai.ParameterNames()
	}
	m := metrics.New(o)
	m.WatchBacklog(st)
	m.WatchPools(st.Pools())
	return m
}

func watchWorker(m *metrics.Metrics, w *classification.Worker, slots int, q ports.QueueInspector) {
	m.WatchClassifications(w.InFlight)
	m.WatchWorker(slots, w.Paused)
	m.WatchQueue(q)
}
