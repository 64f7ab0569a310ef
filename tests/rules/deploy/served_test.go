package deploy_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// served are the labels of all series of a server and a worker in queue mode, by name.
func served(t *testing.T) map[string][]string {
	t.Helper()
	db := system.Postgres(t)
	settings := system.Join(
		system.On(db), system.Env{"DB_READ_URL": db},
		system.Queue(testenv.Redis(t)), system.Asking(modelserver.New(t)),
		system.Env{"RATE_LIMIT_MAX_REQUESTS": "100", "AI_PRICE_INPUT_PER_M": "0.15",
			"AI_PRICE_OUTPUT_PER_M": "0.6"})
	api := system.Serve(t, settings)
	worker := system.Work(t, settings, system.Env{"WORKER_PORT": "0"})
	api.Create(t, "Refund", "my invoice")
	known := map[string][]string{}
	for _, process := range []*system.API{api.API, system.UncheckedAPI(t, system.WorkerURL(worker))} {
		require.Eventually(t, func() bool {
			return scrape(t, process, known)["ticketd_redis_up"]
		}, system.Patience, 100*time.Millisecond)
	}
	return known
}

// scrape adds the labels of what a process serves to known, and returns the names.
func scrape(t *testing.T, process *system.API, known map[string][]string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for line := range strings.Lines(process.Do(t, http.StatusOK, http.MethodGet, "/metrics", "")) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		series := line[:strings.LastIndexByte(line, ' ')]
		name, labels, _ := strings.Cut(strings.TrimSuffix(series, "}"), "{")
		names[name] = true
		known[name] = append(known[name], labelsOf(text.ReplaceAllString(labels, `""`))...)
		slices.Sort(known[name])
		known[name] = slices.Compact(known[name])
	}
	return names
}
