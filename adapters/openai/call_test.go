package openai_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/adapters/openai"
)

func TestCallsAreThoseOfTheClient(t *testing.T) {
	t.Parallel()
	c, err := openai.New(openai.Options{APIKey: "k", Model: `m "\u0000" <é>`})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		sent, written, err := c.Calls(rapid.String().Draw(t, "message"), rapid.Uint32Max(openai.AllParameters).Draw(t, "without"))
		require.NoError(t, err)
		require.JSONEq(t, string(written), string(sent))
	})
}
