package metrics

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
)

// buildInfo returns a gauge that is 1, with labels that tell which program runs.
func buildInfo(version, revision string) prometheus.Collector {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "ticketd_build_info", Help: "1, with the program's version, its commit and the version of Go.",
	}, []string{"version", "revision", "go_version"})
	g.WithLabelValues(version, revision, runtime.Version()).Set(1)
	return g
}
