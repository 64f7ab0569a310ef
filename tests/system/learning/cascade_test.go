package learning_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
)

func TestServe_Cascade(t *testing.T) {
	t.Parallel()
	m, env := withModel(t)
	env["AI_CLASSIFIER"], env["PORT"] = "cascade", "0"
	url := process.Start(t, env).URL()

	t.Run("what the lexicon is sure of costs nothing", func(t *testing.T) {
		t.Parallel()
		ticket := create(t, url, "Refund please", "You charged me twice, please refund the second payment of my invoice.")
		require.Contains(t, ticket, `"classified_by":"local"`)
		require.Equal(t, []stage{{"local", local.Version}}, recorded(t, url, ticket))
		require.Zero(t, m.CallsOf("Refund please", "You charged me twice, please refund the second payment of my invoice."))
	})
	t.Run("the model is asked about the rest", func(t *testing.T) {
		t.Parallel()
		ticket := create(t, url, "Hm", "zorbit quandle")
		require.Contains(t, ticket, `"classified_by":"model"`)
		require.Equal(t, []stage{{"model", "gpt-4o-mini-imitation"}}, recorded(t, url, ticket))
		require.Equal(t, 1, m.CallsOf("Hm", "zorbit quandle"))
	})
	t.Run("if the model fails the ticket is a fallback, not an unsure guess", func(t *testing.T) {
		t.Parallel()
		m.BehaveFor("Blorf", modelserver.Refusal())
		require.Contains(t, create(t, url, "Blorf", "wibble"), `"ai_status":"fallback"`)
	})
}

// stage is who answered, as the record has it.
type stage struct {
	Source string `json:"source"`
	Model  string `json:"model"`
}

// recorded is the record of a ticket that was just created.
func recorded(t *testing.T, url, created string) []stage {
	t.Helper()
	var ticket struct {
		ID int64 `json:"id"`
	}
	require.NoError(t, json.Unmarshal([]byte(created), &ticket))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("%s/tickets/%d/classifications", url, ticket.ID), nil)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	var record struct {
		Data []stage `json:"data"`
	}
	require.NoError(t, json.NewDecoder(res.Body).Decode(&record))
	return record.Data
}

func TestEval_SweepAsText(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few())})
	_, env := withModel(t)
	status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--classifier", "cascade", "--sweep", "--yes")
	require.Equal(t, 0, status, stderr)
	require.Regexp(t, `what CASCADE_THRESHOLD would mean:\n +threshold +calls +saved +accuracy +macro-F1 +ECE`, stdout)
	require.Regexp(t, `\n +0\.00 +0 +100\.0 %`, stdout)
	require.Regexp(t, `\n +1\.00 +6 +0\.0 %`, stdout)
	require.Regexp(t, `answered by:\n +stage +model.*\n +local +local-lexicon-\d.*\n +model +gpt-4o-mini`, stdout)
}
