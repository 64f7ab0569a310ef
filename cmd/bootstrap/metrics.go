package bootstrap

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ticketd/app"
)

// newRegistry has the figures of any process.
func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector(),
	)
	return registry
}

// serverMetrics serves the figures of a server in Prometheus' text format.
func serverMetrics() http.Handler { return promhttp.HandlerFor(newRegistry(), promhttp.HandlerOpts{}) }

// workerMetrics serves the figures of a worker.
func workerMetrics(w *app.Worker) http.Handler {
	registry := newRegistry()
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "ticketd_worker_in_flight", Help: "Classifications in flight in this worker.",
	}, func() float64 { return float64(w.InFlight()) }))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}
