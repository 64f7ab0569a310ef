package learning_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/process"
	"ticketd/tests/support/testenv"
)

func TestTrain_FromDB(t *testing.T) {
	t.Parallel()
	for engine, url := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "tickets.db") },
		"postgres": func(t *testing.T) string { return testenv.Postgres(t) },
	} {
		t.Run("what people decide over HTTP teaches the offline classifier, on "+engine, func(t *testing.T) {
			t.Parallel()
			learnsFromPeople(t, map[string]string{"PWD": t.TempDir(), "DB_URL": url(t), "PORT": "0", "RATE_LIMIT_WINDOW_MS": "0"})
		})
	}
}

func learnsFromPeople(t *testing.T, env map[string]string) {
	train := func() (status int, stdout, stderr string) {
		return run(t, env["PWD"], env, "train", "--from-db", "--out", "model")
	}
	rows := desk(150)
	server := process.Start(t, env)
	for _, r := range rows[:20] {
		create(t, server.URL(), r.Title, r.Description)
	}
	status, _, stderr := train()
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "no person has corrected or confirmed a ticket", "what only the machine said teaches nothing")

	decideAll(t, server.URL(), rows[20:59])
	status, _, stderr = train()
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "what people corrected and confirmed: there are only 13 tickets of the category billing; at least 20 are needed")
	require.NoFileExists(t, filepath.Join(env["PWD"], "model"))

	corrected, confirmed := decideAll(t, server.URL(), rows[59:])
	require.Positive(t, corrected)
	require.Positive(t, confirmed)
	status, stdout, stderr := train()
	require.Equal(t, 0, status, stderr)
	require.Contains(t, stdout, "130 tickets; figures on tickets that the model did not see", "those that only the machine has seen are left out")
	require.Contains(t, stdout, "Use it with LOCAL_MODEL=model")
	require.Zero(t, server.Terminate(limit))

	env["LOCAL_MODEL"] = "model"
	taught := process.Start(t, env)
	ticket := create(t, taught.URL(), "Hello", "borkle wazzit jaspik")
	require.Contains(t, ticket, `"category":"technical"`)
	require.Contains(t, ticket, `"classified_by":"local"`)
}

// decideAll stores the rows and has a person confirm what the machine got right and correct the rest.
func decideAll(t *testing.T, url string, rows []row) (corrected, confirmed int) {
	t.Helper()
	for _, r := range rows {
		var ticket struct {
			ID       int64  `json:"id"`
			Category string `json:"category"`
		}
		require.NoError(t, json.Unmarshal([]byte(create(t, url, r.Title, r.Description)), &ticket))
		if ticket.Category == r.Category {
			patch(t, url, ticket.ID, `{"confirmed": true}`)
			confirmed++
			continue
		}
		patch(t, url, ticket.ID, fmt.Sprintf(`{"category": %q, "priority": %q}`, r.Category, *r.Priority))
		corrected++
	}
	return corrected, confirmed
}

func patch(t *testing.T, url string, id int64, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, fmt.Sprintf("%s/tickets/%d", url, id), strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode, string(answer))
}

func TestTrain_Sources(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"desk.jsonl": lines(t, desk(90))})
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"neither a file nor the store": {nil, "--data or --from-db must say what to learn from"},
		"both":                         {[]string{"--data", "desk.jsonl", "--from-db"}, "--data and --from-db can't be used together"},
	} {
		t.Run(name+" is a wrong command line", func(t *testing.T) {
			t.Parallel()
			status, _, stderr := run(t, dir, nil, append([]string{"train", "--out", "model"}, c.args...)...)
			require.Equal(t, 2, status)
			require.Contains(t, stderr, c.want)
		})
	}
	t.Run("a wrong DB_URL is named", func(t *testing.T) {
		t.Parallel()
		status, _, stderr := run(t, dir, map[string]string{"DB_URL": "mysql://x"}, "train", "--from-db", "--out", "model")
		require.Equal(t, 1, status)
		require.Contains(t, stderr, "DB_URL")
	})
	t.Run("a file is learnt from without touching the store", func(t *testing.T) {
		t.Parallel()
		status, _, stderr := run(t, dir, map[string]string{"DB_URL": "mysql://x"}, "train", "--data", "desk.jsonl", "--out", "model")
		require.Equal(t, 0, status, stderr)
		require.NoFileExists(t, filepath.Join(dir, "ticketd.db"))
	})
}
