package servers_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/testenv/internal/servers"
)

func TestDebiansPackages(t *testing.T) {
	t.Parallel()
	dir, m := t.TempDir(), nothing(t)
	m.AptGet = fake(t, dir, "apt-get", `[ "$1" = update ] || { echo "E: no space left" >&2; exit 100; }`)

	for range 2 {
		_, err := m.PrivatePostgres(servers.Options{})
		if os.Geteuid() != 0 {
			require.ErrorContains(t, err, "Debian's packages: installing packages needs root")
			continue
		}
		require.ErrorContains(t, err, "E: no space left")
		require.Equal(t, "apt-get update --quiet\n"+
			"apt-get install --quiet --yes --no-install-recommends postgresql redis-server\n", calls(t, dir),
			"a failed installation is not tried twice")
	}
}
