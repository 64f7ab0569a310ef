package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// requestBuckets reach from a read by id to a classification within the request, in seconds.
var requestBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// Requests count what the edge answers.
type Requests struct {
	parts
	answered *prometheus.CounterVec
	took     *prometheus.HistogramVec
	inFlight prometheus.Gauge
	shed     *prometheus.CounterVec
}

func newRequests() *Requests {
	r := &Requests{
		answered: counter("ticketd_http_requests_total",
			"Requests answered, by the route's template; unmatched where there is no such route.",
			"route", "method", "status"),
		took: histogram("ticketd_http_request_duration_seconds",
			"Time from a request's headers to the end of its answer.", requestBuckets, "route", "method"),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "ticketd_http_requests_in_flight", Help: "Requests that are being answered.",
		}),
	}
	r.shed = counter("ticketd_http_connections_shed_total",
		"Connections of clients closed to make room, by reason: waiting, or full where all had requests under way.",
		"reason")
	for _, reason := range []string{"waiting", "full"} {
		r.shed.WithLabelValues(reason) // 0 from the start on
	}
	r.parts = parts{r.answered, r.took, r.inFlight, r.shed}
	return r
}

// RequestBegan counts a request as in flight. RequestEnded must follow.
func (r *Requests) RequestBegan() { r.inFlight.Inc() }

// RequestEnded counts an answered request. route is a template, never a path.
func (r *Requests) RequestEnded(route, method string, status int, took time.Duration) {
	r.inFlight.Dec()
	r.answered.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	r.took.WithLabelValues(route, method).Observe(took.Seconds())
}

// ConnectionShed counts a connection that was closed before its time.
func (r *Requests) ConnectionShed(reason string) { r.shed.WithLabelValues(reason).Inc() }
