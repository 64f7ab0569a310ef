package metrics

import (
	"net/http"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Options say what the metrics cannot learn from events.
type Options struct {
	Model string // the model that is asked, as the settings name it; empty without one
	Price *Price // nil: unknown
	// Parameters are those that the model's server may not take.
	Parameters []string
	// Version and Revision are those of the program.
	Version, Revision string
}

// Price is the price of a model, in US dollars per million tokens.
type Price struct{ Input, Output float64 }

// Metrics are the figures of one process. They are safe for concurrent use.
type Metrics struct {
	*Classifications
	*Requests
	*Deliveries
	registry *prometheus.Registry
}

// New returns the metrics that every process has.
func New(o Options) *Metrics {
	m := &Metrics{newClassifications(o), newRequests(), newDeliveries(), prometheus.NewRegistry()}
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		buildInfo(o.Version, o.Revision), m.Classifications, m.Requests, m.Deliveries,
	)
	return m
}

// Handler serves the metrics in Prometheus' text format. It leaves out a part that cannot be read.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// gauge registers a figure that is read at each scrape.
func (m *Metrics) gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
}

// parts are collectors that are registered as one.
type parts []prometheus.Collector

func (p parts) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range p {
		c.Describe(ch)
	}
}

func (p parts) Collect(ch chan<- prometheus.Metric) {
	for _, c := range p {
		c.Collect(ch)
	}
}

// buildInfo returns a gauge that is 1, with labels that tell which program runs.
func buildInfo(version, revision string) prometheus.Collector {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "ticketd_build_info", Help: "1, with the program's version, its commit and the version of Go.",
	}, []string{"version", "revision", "go_version"})
	g.WithLabelValues(version, revision, runtime.Version()).Set(1)
	return g
}
