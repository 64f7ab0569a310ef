package bootstrap

import (
	"ticketd/adapters/metrics"
	"ticketd/adapters/openai"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// newMetrics makes the figures that servers and workers have in common.
func newMetrics(c settings.Classifier, price *metrics.Price) *metrics.Metrics {
	o := metrics.Options{Price: price}
	o.Version, o.Revision = Build()
	if c.Name != settings.ClassifierLocal {
		o.Model, o.Parameters = c.Model, openai.ParameterNames()
	}
	return metrics.New(o)
}

func watchStore(m *metrics.Metrics, st store) {
	m.WatchBacklog(st)
	m.WatchPools(st.Pools())
}

func watchWorker(m *metrics.Metrics, w *classification.Worker, slots int, q ports.QueueInspector) {
	m.WatchClassifications(w.InFlight)
	m.WatchWorker(slots, w.Paused)
	m.WatchQueue(q)
}
