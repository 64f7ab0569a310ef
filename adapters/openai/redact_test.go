package openai_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
	"ticketd/domain"
	"ticketd/tests/support/modelserver"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	const secret = "My card 4111 1111 1111 1111, mail jane@example.com, error in order 4711-2024"
	classify := func(t *testing.T, b modelserver.Behaviour, redact bool, title, description string) (
		*modelserver.Server, error) {
		t.Helper()
		server := modelserver.New(t)
		server.Behave(b)
		c, err := openai.New(openai.Options{APIKey: modelserver.Key, BaseURL: server.URL(), Model: "m",
			Redact: redact})
		require.NoError(t, err)
		t.Cleanup(c.Close)
		_, err = c.Classify(t.Context(), newText(t, title, description))
		return server, err
	}
	for name, c := range map[string]struct {
		redact bool
		want   string
	}{
		"with the option the provider gets placeholders": {true,
			"My card [CARD], mail [EMAIL], error in order 4711-2024"},
		"without it the provider gets the text as sent": {false, secret},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, err := classify(t, modelserver.Right(), c.redact, secret, secret)
			require.NoError(t, err)
			call := server.Requests()[0].Call
			require.Equal(t, []string{c.want, c.want}, []string{call.Title, call.Description})
		})
	}
	t.Run("every call of a classification is redacted", func(t *testing.T) {
		t.Parallel()
		server, err := classify(t, modelserver.Rejecting("logprobs", "temperature"), true, secret, secret)
		require.NoError(t, err)
		require.Len(t, server.Requests(), 3)
		for _, r := range server.Requests() {
			require.NotContains(t, string(r.Call.Request.Raw), "4111")
			require.NotContains(t, string(r.Call.Request.Raw), "jane")
		}
	})
	t.Run("placeholders may make a title longer than a ticket's can be", func(t *testing.T) {
		t.Parallel()
		server, err := classify(t, modelserver.Right(), true, strings.Repeat("a@b.co,", 28), "d")
		require.NoError(t, err)
		require.Equal(t, strings.Repeat("[EMAIL],", 28), server.Requests()[0].Call.Title)
	})
	t.Run("an error document that repeats what was sent is not shown", func(t *testing.T) {
		t.Parallel()
		_, err := classify(t, func(c modelserver.Call) modelserver.Reply {
			return modelserver.Reply{Status: 400, Body: []byte(
				`{"error":{"code":"CARD","message":"` + c.Title + `"}}`)}
		}, true, secret, secret)
		require.ErrorIs(t, err, domain.ErrClassifierRefused)
		require.NotContains(t, err.Error(), "CARD")
	})
}
