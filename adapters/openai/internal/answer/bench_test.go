package answer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
	"ticketd/adapters/openai/internal/answer"
	"ticketd/domain"
	"ticketd/tests/support/modelserver"
)

// BenchmarkRead is the reading alone of a plain answer with its log-probabilities.
func BenchmarkRead(b *testing.B) {
	server := modelserver.New(b)
	var body []byte
	server.Behave(func(c modelserver.Call) modelserver.Reply {
		r := modelserver.Right()(c)
		body = r.Body
		return r
	})
	classifier, err := openai.New(openai.Options{APIKey: modelserver.Key, BaseURL: server.URL(),
		Model: "gpt-4o-mini"})
	require.NoError(b, err)
	b.Cleanup(classifier.Close)
	text, err := domain.NewText("Wrong invoice",
		"You charged me twice this month, please refund one of the payments.")
	require.NoError(b, err)
	_, err = classifier.Classify(b.Context(), text)
	require.NoError(b, err)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		_, _, err := answer.Read(domain.Answer{}, body)
		require.NoError(b, err)
	}
}
