package openai_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
)

func TestHowACallIsAddressed(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(int, sentCall) (int, string) { return 0, "" })
	for path, want := range map[string]string{
		"/v1": "/v1/chat/completions", "/v1/": "/v1/chat/completions",
		"/v1/chat/completions": "/v1/chat/completions", "": "/chat/completions",
		"/openai/deployments/d?api-version=2024-10-21": "/openai/deployments/d/chat/completions" +
			"?api-version=2024-10-21",
	} {
		t.Run("at the base "+path, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, func(int, sentCall) (int, string) { return 0, "" })
			_, err := classify(t, f.classifier(t, func(o *openai.Options) { o.BaseURL = f.URL + path }))
			require.NoError(t, err)
			require.Equal(t, want, f.last().url)
		})
	}
	_, err := classify(t, f.classifier(t, func(o *openai.Options) {
		o.Header = http.Header{"Helicone-Auth": {"Bearer x"}, "Authorization": {"Basic gateway"}}
	}))
	require.NoError(t, err)
	require.Equal(t, "Bearer x", f.last().header.Get("Helicone-Auth"))
	require.Equal(t, []string{"Basic gateway"}, f.last().header.Values("Authorization"),
		"a gateway may want its own")
	require.Empty(t, f.last().header.Get("Api-Key"))
}
