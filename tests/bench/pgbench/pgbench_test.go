package pgbench_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/bench/pgbench"
)

const output = `pgbench (15.20 (Debian 15.20-0+deb12u1))
transaction type: get.sql
scaling factor: 1
query mode: prepared
number of clients: 32
number of threads: 2
maximum number of tries: 1
duration: 5 s
number of transactions actually processed: 41234
number of failed transactions: 2 (0.005%)
latency average = 3.881 ms
initial connection time = 61.234 ms
tps = 8245.678901 (without initial connection time)
`

func TestParseOutput(t *testing.T) {
	t.Parallel()

	t.Run("it has the rate without the time to connect", func(t *testing.T) {
		t.Parallel()
		r, err := pgbench.ParseOutput(output)
		require.NoError(t, err)
		require.Equal(t, pgbench.Result{Transactions: 41234, PerSecond: 8245.678901, Failed: 2}, r)
	})

	t.Run("an older version gives two rates and counts no failures", func(t *testing.T) {
		t.Parallel()
		r, err := pgbench.ParseOutput("number of transactions actually processed: 10\n" +
			"tps = 7.000000 (including connections establishing)\ntps = 8.000000 (excluding connections " +
			"establishing)\n")
		require.NoError(t, err)
		require.Equal(t, pgbench.Result{Transactions: 10, PerSecond: 8}, r)
	})

	t.Run("anything else is an error", func(t *testing.T) {
		t.Parallel()
		_, err := pgbench.ParseOutput("pgbench: error: connection refused\n")
		require.ErrorContains(t, err, "connection refused")
	})
}

func TestParseLog(t *testing.T) {
	t.Parallel()

	t.Run("the third field is the latency in microseconds", func(t *testing.T) {
		t.Parallel()
		l, err := pgbench.ParseLog("0 199 2241 0 1175850568 995598\n1 7 88 1 1175850568 998079\n")
		require.NoError(t, err)
		require.Equal(t, []time.Duration{2241 * time.Microsecond, 88 * time.Microsecond}, l)
	})

	for _, line := range []string{"0 199 2241", "0 199 skipped 0 1175850568 995598"} {
		t.Run(line+" is an error", func(t *testing.T) {
			t.Parallel()
			_, err := pgbench.ParseLog(line)
			require.Error(t, err)
		})
	}
}
