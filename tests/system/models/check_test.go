package models_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/modelserver/dialects"
	"ticketd/tests/support/system"
)

// TestCheck asks before the first ticket whether each server will do.
func TestCheck(t *testing.T) {
	t.Parallel()
	each(t, dialects.All(), func(t *testing.T, d dialects.Dialect) {
		env := d.Environment(d.Start(t))
		status, out, complaint := system.Run(t, env, "check", "--json")
		require.Zero(t, status, "%s%s", out, complaint)
		var found struct {
			Ready      bool
			Problems   []string
			Confidence string `json:"confidence_from"`
			Dropped    []struct{ Parameter, Why, Cost string }
			Verdicts   []struct{ Category, Expected, Error string }
		}
		require.NoError(t, json.Unmarshal([]byte(out), &found))
		require.True(t, found.Ready)
		require.NotNil(t, found.Problems, "a program wants a list, also of nothing")
		require.Empty(t, found.Problems)
		require.Len(t, found.Verdicts, 3)
		for _, v := range found.Verdicts {
			require.Empty(t, v.Error)
			require.NotEmpty(t, v.Category)
		}
		want := map[dialects.Confidence]string{
			dialects.ByTokens: "the log-probabilities of the tokens", dialects.ByModel: "the model's own figure",
			dialects.Unknown: "nowhere: every ticket will need review",
		}
		require.Equal(t, want[d.Confidence], found.Confidence)
		for _, dropped := range found.Dropped {
			require.NotEmpty(t, dropped.Why)
			require.NotEmpty(t, dropped.Cost)
		}
	})
}

// TestCheckSaysWhatToSet meets every trouble of every server.
func TestCheckSaysWhatToSet(t *testing.T) {
	t.Parallel()
	each(t, dialects.All(), func(t *testing.T, d dialects.Dialect) {
		server := d.Start(t)
		env := d.Environment(server)
		for _, trouble := range d.Troubles {
			if trouble.Code == "answer_refused" || trouble.Code == "text_too_long" {
				continue // of a ticket, not of the set-up
			}
			server.Behave(func(modelserver.Call) modelserver.Reply { return trouble.Reply })
			status, out, complaint := system.Run(t, env, "check")
			require.Equal(t, 1, status, "%s: %s", trouble.Name, out)
			require.Contains(t, complaint, "not ready")
			require.Regexp(t, `OPENAI_API_KEY|OPENAI_BASE_URL|AI_MODEL|AI_TIMEOUT_MS|AI_MAX_OUTPUT_TOKENS|higher `+
				`limit`, out, trouble.Name)
		}
	})
}

// TestCheckIsNotReadyForAModelThatSortsWrongly has a model whose every answer is whole, and the same.
func TestCheckIsNotReadyForAModelThatSortsWrongly(t *testing.T) {
	t.Parallel()
	server := modelserver.New(t)
	server.Behave(modelserver.Content(`{"category":"general","priority":"low","confidence":0.9}`))
	settings := map[string]string{"OPENAI_BASE_URL": server.URL(), "OPENAI_API_KEY": modelserver.Key}
	status, out, complaint := system.Run(t, settings, "check")
	require.Equal(t, 1, status, out)
	require.Contains(t, complaint, "not ready")
	require.Contains(t, out, "AI_MODEL: the model sorts 2 of 3 plain tickets wrongly")
	require.Contains(t, out, "(billing was expected)")
	require.NotRegexp(t, `(?m)^ready$`, out)
}
