package openai_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
	"ticketd/domain"
	"ticketd/tests/support/modelserver"
)

// BenchmarkClassify is one classification with a server that answers at once; the server's work is part of
// the figure.
func BenchmarkClassify(b *testing.B) {
	server := modelserver.New(b)
	classifier, err := openai.New(openai.Options{APIKey: modelserver.Key, BaseURL: server.URL(),
		Model: "gpt-4o-mini"})
	require.NoError(b, err)
	b.Cleanup(classifier.Close)
	text, err := domain.NewText("Wrong invoice",
		"You charged me twice this month, please refund one of the payments.")
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		_, err := classifier.Classify(b.Context(), text)
		require.NoError(b, err)
	}
}
