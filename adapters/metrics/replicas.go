package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"ticketd/ports"
)

// Replicas count what replicas of the store answer.
type Replicas struct {
	reads     *prometheus.CounterVec
	used, lag *prometheus.GaugeVec
}

var _ ports.ReplicaMeter = (*Replicas)(nil)

// WatchReplicas adds their figures.
func (m *Metrics) WatchReplicas() *Replicas {
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{"replica"})
	}
	r := &Replicas{
		reads: counter("ticketd_replica_reads_total",
			"Reads that a replica of the database may answer: by=replica if one did; else the primary did, and by "+
				"says why.", "by"),
		used: gauge("ticketd_replica_used", "1 while reads go to this replica, else 0."),
		lag: gauge("ticketd_replica_lag_bytes",
			"Bytes of the primary's log that this replica still lacked 50 ms after they were written; 0 if none."),
	}
	for _, by := range ports.ReadsBy() {
		r.reads.WithLabelValues(string(by))
	}
	m.registry.MustRegister(r.reads, r.used, r.lag)
	return r
}

// Read implements ports.ReplicaMeter.
func (r *Replicas) Read(by ports.ReadBy) { r.reads.WithLabelValues(string(by)).Inc() }

// Replica implements ports.ReplicaMeter.
func (r *Replicas) Replica(name string, used bool, lag int64) {
	is := 0.0
	if used {
		is = 1
	}
	r.used.WithLabelValues(name).Set(is)
	r.lag.WithLabelValues(name).Set(float64(lag))
}
