package import_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/ports"
)

func TestAHundredThousandTicketsThroughCrashes(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		const n = 100_000
		file := generate(t, n, true)
		s.migrate(t)
		inside := s.open(t)
		for _, enough := range []int{1, n / 10, n / 3} {
			p := s.start(t, nil, "import", file)
			require.Eventually(t, func() bool {
				return count(t, inside, ports.TicketFilter{}) >= enough
			}, patience, poll, "%s", p.Stderr())
			p.Kill()
		}
		before := count(t, inside, ports.TicketFilter{})
		require.Less(t, before, n, "the crashes came too late to mean anything")

		begin := time.Now()
		c := s.good(t, "import", file)
		var stored, classified, known int
		_, err := fmt.Sscanf(c.stdout, "%d imported (%d classified, 0 fallback, 0 pending), %d imported before, "+
			"0 wrong\n", &stored, &classified, &known)
		require.NoError(t, err, c.stdout)
		t.Logf("%d tickets in %s", stored, time.Since(begin).Round(time.Millisecond))
		require.Equal(t, n, stored+known)
		require.Equal(t, stored, classified)
		require.GreaterOrEqual(t, known, before,
			"the server may have ended the last batch after its client was killed")
		require.Equal(t, fmt.Sprintf("0 imported (0 classified, 0 fallback, 0 pending), %d imported before, 0 "+
			"wrong\n", n), s.good(t, "import", file).stdout)

		seen := make(map[string]int, n)
		for _, l := range lines(t, s.good(t, "export").stdout) {
			seen[l.Title]++
			require.Equal(t, "done", l.AIStatus)
		}
		require.Len(t, seen, n, "tickets are missing")
		for i := range n {
			require.Equal(t, 1, seen[title(i)], title(i))
		}
	})
}

func TestACrashWhereRowsHaveNoIDs(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		const n = 20_000
		file := generate(t, n, false)
		s.migrate(t)
		inside := s.open(t)
		p := s.start(t, nil, "import", "--no-classify", file)
		require.Eventually(t, func() bool {
			return count(t, inside, ports.TicketFilter{}) >= n/10
		}, patience, poll, "%s", p.Stderr())
		p.Kill()
		s.good(t, "import", "--no-classify", file)
		require.Equal(t, n, count(t, inside, ports.TicketFilter{}))
		s.good(t, "import", "--no-classify", file)
		require.Equal(t, n, count(t, inside, ports.TicketFilter{}))
	})
}
