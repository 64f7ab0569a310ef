package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/metrics"
	"ticketd/ports"
)

func TestReplicasShowWhoAnswersReads(t *testing.T) {
	t.Parallel()
	m := metrics.New(metrics.Options{})
	r := m.WatchReplicas()
	for _, by := range ports.ReadsBy() {
		require.Contains(t, scrape(t, m), `ticketd_replica_reads_total{by="`+string(by)+`"}`)
	}
	before := scrape(t, m)
	r.Read(ports.ByReplica)
	r.Read(ports.ByReplica)
	r.Read(ports.ReplicaBehind)
	r.Replica("db-2:5432", true, 0)
	r.Replica("db-3:5432", false, 4711)
	require.Equal(t, page{
		`ticketd_replica_reads_total{by="replica"}`: 2, `ticketd_replica_reads_total{by="behind"}`: 1,
		`ticketd_replica_used{replica="db-2:5432"}`:      1,
		`ticketd_replica_lag_bytes{replica="db-3:5432"}`: 4711,
	}, scrape(t, m).changed(before))
}
