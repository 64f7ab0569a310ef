package metrics

import (
	"runtime"
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
)

const unknown = "unknown"

// buildInfo is 1, with the labels of the program that runs.
func buildInfo() prometheus.Collector {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "ticketd_build_info", Help: "1, with the program's version, its commit and the version of Go.",
	}, []string{"version", "revision", "go_version"})
	version, revision := unknown, unknown
	if info, ok := debug.ReadBuildInfo(); ok {
		version, revision = info.Main.Version, setting(info, "vcs.revision")
	}
	g.WithLabelValues(version, revision, runtime.Version()).Set(1)
	return g
}

func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return unknown
}
