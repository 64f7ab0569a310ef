// Package demo_test runs the command demo.
package demo_test

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
)

// demo starts one on a free port in a folder of its own, which is also that for temporary files.
func demo(t *testing.T, args ...string) (p *process.Process, folder string) {
	t.Helper()
	folder = t.TempDir()
	// None of these may count, but for PORT.
	env := system.Env{
		"PWD": folder, "TMPDIR": folder, "PORT": "0", "DB_URL": "nowhere://", "USE_QUEUE": "true",
		"AI_CLASSIFIER": "openai", "API_KEYS": "ann:0123456789abcdef", "RATE_LIMIT_MAX_REQUESTS": "1",
	}
	return process.Start(t, env, append([]string{"demo"}, args...)...), folder
}

var address = regexp.MustCompile(`API +http://localhost:(\d+)/tickets`)

// serving waits until a demo says where it is.
func serving(t *testing.T, p *process.Process) (api *system.API, port string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(p.Log(), "Ctrl-C") }, system.Patience,
		10*time.Millisecond, "%s", p.Stderr())
	found := address.FindStringSubmatch(p.Log())
	require.NotNil(t, found, p.Log())
	return system.NewAPI(t, "http://127.0.0.1:"+found[1]), found[1]
}

func empty(t *testing.T, folder string) {
	t.Helper()
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestDemo(t *testing.T) {
	t.Parallel()
	p, folder := demo(t)
	api, port := serving(t, p)
	require.Contains(t, p.Log(), "500 made-up tickets")
	require.Contains(t, p.Log(), "nothing is kept")

	links := regexp.MustCompile(`http://localhost:\d+(\S+)`).FindAllStringSubmatch(p.Log(), -1)
	require.GreaterOrEqual(t, len(links), 5)
	require.Equal(t, "/board", links[0][1])
	for _, link := range links {
		res, _ := api.Get(t, link[1])
		require.Equal(t, http.StatusOK, res.StatusCode, link[1])
	}

	var list client.TicketPage
	require.NoError(t, json.Unmarshal([]byte(api.Do(t, 200, "GET", "/tickets?include_total=true", "")), &list))
	require.EqualValues(t, 500, list.Pagination.Total.MustGet())
	require.WithinDuration(t, time.Now(), list.Data[0].CreatedAt, 2*time.Hour)

	stats, err := api.GetStatsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.NotNil(t, stats.JSON200, "%s", stats.Body)
	require.Greater(t, stats.JSON200.Agreement.N, 100)
	require.Greater(t, stats.JSON200.Agreement.Category.MustGet(), 0.5)
	require.Less(t, stats.JSON200.Agreement.Category.MustGet(), 1.0)
	require.Positive(t, stats.JSON200.Audit.N)
	require.Positive(t, stats.JSON200.Review.Open)

	made := api.Post(t, "Charged twice")
	require.EqualValues(t, 501, made.Id)
	require.Equal(t, client.CategoryBilling, made.Category.MustGet())

	t.Run("a second one is told that the port is taken", func(t *testing.T) {
		second, _ := demo(t, "--port", port)
		require.Equal(t, 1, second.Wait(system.Patience))
		require.Contains(t, second.Stderr(), "cannot listen on port "+port)
		require.Contains(t, second.Stderr(), "PORT")
		require.Empty(t, second.Log())
	})

	empty(t, folder)
	require.NoError(t, syscall.Kill(p.PID(), syscall.SIGINT))
	require.Zero(t, p.Wait(system.Patience), "%s", p.Stderr())
	require.Empty(t, p.Stderr())
	empty(t, folder)
}

func TestDemoThatIsKilledLeavesNothing(t *testing.T) {
	t.Parallel()
	p, folder := demo(t)
	api, _ := serving(t, p)
	api.Post(t, "Charged twice")
	p.Kill()
	empty(t, folder)
}

func TestDemoOfAFixedTime(t *testing.T) {
	t.Parallel()
	var lists [2]string
	for i := range lists {
		p, _ := demo(t, "--until", "2026-10-01T12:00:00Z")
		api, _ := serving(t, p)
		lists[i] = api.Do(t, 200, "GET", "/tickets?limit=100", "") + api.Do(t, 200, "GET", "/stats", "")
	}
	require.Equal(t, lists[0], lists[1])
	require.Contains(t, lists[0], `"2026-10-01T1`)
}

func TestDemoRefusesATimeToCome(t *testing.T) {
	t.Parallel()
	p, _ := demo(t, "--until", "9999-01-01")
	require.Equal(t, 1, p.Wait(system.Patience))
	require.Contains(t, p.Stderr(), "--until must not be in the future")
}
