package api_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/contract"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
)

func TestTheFirstMinute(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	process.Binary(t) // built before the time is taken
	begin := time.Now()
	first := process.Start(t, env{"PWD": folder}, "--port", "0")
	c := contract.Client(t, first.URL(), contract.RateLimited())
	require.Less(t, time.Since(begin), time.Minute/2)

	kept := map[int64]string{}
	for _, c2 := range []struct {
		title, description string
		category           client.Category
	}{
		{
			"Charged twice", "My card was charged twice for the same invoice, please refund one payment.",
			client.CategoryBilling,
		},
		{
			"Cannot log in", "The app shows error 500 after I enter my password and then it crashes.",
			client.CategoryTechnical,
		},
	} {
		made, err := c.CreateTicketWithResponse(t.Context(), nil, client.NewTicket{Title: c2.title,
			Description: c2.description})
		require.NoError(t, err)
		require.NotNil(t, made.JSON201, "%s", made.Body)
		require.Equal(t, client.AIStatusDone, made.JSON201.AiStatus)
		require.Equal(t, c2.category, made.JSON201.Category.MustGet())
		require.Equal(t, client.SourceLocal, made.JSON201.ClassifiedBy.MustGet())
		require.Greater(t, made.JSON201.AiConfidence.MustGet(), 1.0/3)
		kept[made.JSON201.Id] = string(made.Body)
	}
	ann, err := c.CreateUserWithResponse(t.Context(), client.NewUser{Name: "Ann", Email: "ann@example.com"})
	require.NoError(t, err)
	require.Equal(t, "100;w=900", ann.HTTPResponse.Header.Get("RateLimit-Policy"), "the limit is on by default")
	require.Zero(t, first.Terminate(patience))
	_, err = os.Stat(filepath.Join(folder, "ticketd.db"))
	require.NoError(t, err)

	second := process.Start(t, env{"PWD": folder}, "serve", "--port", "0")
	c = contract.Client(t, second.URL(), contract.RateLimited())
	for id, body := range kept {
		got, err := c.GetTicketWithResponse(t.Context(), id)
		require.NoError(t, err)
		require.JSONEq(t, body, string(got.Body))
	}
	got, err := c.GetUserWithResponse(t.Context(), ann.JSON201.Id)
	require.NoError(t, err)
	require.JSONEq(t, string(ann.Body), string(got.Body))
}

func TestTheDocumentation(t *testing.T) {
	t.Parallel()
	s := system.Serve(t)
	file, err := os.ReadFile("../../../openapi.yaml")
	require.NoError(t, err)
	for path, contentType := range map[string]string{
		"/docs": "text/html", "/docs/swagger-ui.css": "text/css", "/docs/swagger-ui-bundle.js": "javascript",
		"/docs/favicon-32x32.png": "image/png", "/docs.json": "application/json",
		"/openapi.yaml": "application/yaml",
	} {
		res, body := s.Get(t, path)
		require.Equal(t, http.StatusOK, res.StatusCode, path)
		require.Contains(t, res.Header.Get("Content-Type"), contentType, path)
		require.NotEmpty(t, body)
		if path == "/openapi.yaml" {
			require.True(t, string(file) == body, "the embedded copy is not the file: go generate")
		}
	}
}
