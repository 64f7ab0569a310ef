package deploy_test

import (
	"bufio"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/testenv"
)

func TestMain(m *testing.M) { process.Main(m) }

// patience bounds waits for what comes soon on an idle machine.
const patience = 30 * time.Second

// served are the labels of all series of a server and a worker in queue mode, by name.
func served(t *testing.T) map[string][]string {
	t.Helper()
	m := modelserver.New(t)
	settings := map[string]string{
		"DB_URL": "sqlite://" + filepath.Join(t.TempDir(), "tickets.db"), "USE_QUEUE": "true", "REDIS_URL": testenv.Redis(t), "PORT": "0",
		"OPENAI_API_KEY": modelserver.Key, "OPENAI_BASE_URL": m.URL(), "AI_PRICE_INPUT_PER_M": "0.15", "AI_PRICE_OUTPUT_PER_M": "0.6",
	}
	api := process.Start(t, settings)
	url := api.URL()
	settings["WORKER_PORT"] = "0"
	worker := process.Start(t, maps.Clone(settings), "worker")
	port := worker.WaitLog("Worker running", patience)["port"]

	res, err := http.Post(url+"/tickets", "application/json", strings.NewReader(`{"title":"Refund","description":"my invoice"}`))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusCreated, res.StatusCode)
	known := map[string][]string{}
	for _, address := range []string{url, fmt.Sprintf("http://127.0.0.1:%.0f", port)} {
		require.Eventually(t, func() bool { return scrape(t, address, known)["ticketd_redis_up"] }, patience, 100*time.Millisecond)
	}
	return known
}

// scrape adds the labels of what address serves to known, and returns the names.
func scrape(t *testing.T, address string, known map[string][]string) map[string]bool {
	t.Helper()
	res, err := http.Get(address + "/metrics")
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	names := map[string]bool{}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		series := lines.Text()[:strings.LastIndexByte(lines.Text(), ' ')]
		name, labels, _ := strings.Cut(strings.TrimSuffix(series, "}"), "{")
		names[name] = true
		known[name] = append(known[name], labelsOf(text.ReplaceAllString(labels, `""`))...)
		slices.Sort(known[name])
		known[name] = slices.Compact(known[name])
	}
	require.NoError(t, lines.Err())
	return names
}
