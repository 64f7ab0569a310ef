package openai_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ticketd/adapters/openai"
	"ticketd/domain"
	"ticketd/tests/support/modelserver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A ticket whose every word would be recognised in an error.
const (
	title       = "Invoice 4711-confidential"
	description = "My-private-description: you charged me twice, refund me."
)

func newClassifier(tb testing.TB, server *modelserver.Server) *openai.Classifier {
	tb.Helper()
	c, err := openai.New(openai.Options{APIKey: modelserver.Key, BaseURL: server.URL(), Model: "gpt-4o-mini"})
	require.NoError(tb, err)
	tb.Cleanup(c.Close)
	return c
}

func newText(tb testing.TB, title, description string) domain.Text {
	tb.Helper()
	text, err := domain.NewText(title, description)
	require.NoError(tb, err)
	return text
}

// ask makes one classification against a new server that behaves as told.
func ask(t *testing.T, b modelserver.Behaviour) (domain.Answer, error, *modelserver.Server) {
	t.Helper()
	server := modelserver.New(t)
	server.Behave(b)
	answer, err := classify(t, newClassifier(t, server))
	return answer, err, server
}

func classify(t *testing.T, c *openai.Classifier) (domain.Answer, error) {
	t.Helper()
	// never reached: it keeps a broken test from hanging
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return c.Classify(ctx, newText(t, title, description))
}

func contextWithin(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

const right = `{"category":"billing","priority":"high","confidence":0.93}`

// document is a chat completion around a message.
func document(message string) string {
	return `{"choices":[{"message":` + message + `,"finish_reason":"stop"}],` +
		`"usage":{"prompt_tokens":7,"completion_tokens":9}}`
}

// content is a chat completion whose content is this text.
func content(text string) string {
	return document(`{"role":"assistant","content":` + quoted(text) + `}`)
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(b)
}
