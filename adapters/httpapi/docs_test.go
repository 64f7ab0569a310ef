package httpapi_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

var reference = regexp.MustCompile(`(?:src|href)="([^"]*)"|url:\s*["']([^"']+)`)

func TestTheDocumentation(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))

	t.Run("as YAML is the file, byte for byte", func(t *testing.T) {
		t.Parallel()
		file, err := os.ReadFile("../../openapi.yaml")
		require.NoError(t, err)
		require.True(t, string(file) == a.get(t, "/openapi.yaml").body, "the embedded copy is not the file: go generate")
	})

	t.Run("as JSON says the same", func(t *testing.T) {
		t.Parallel()
		doc, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
		require.NoError(t, err)
		require.NoError(t, doc.Validate(t.Context()))
		want, err := doc.MarshalJSON()
		require.NoError(t, err)
		require.JSONEq(t, string(want), a.get(t, "/docs.json").body)
	})

	t.Run("as a page refers to nothing but our own files, and all of them are there", func(t *testing.T) {
		t.Parallel()
		page := a.get(t, "/docs").body
		found := reference.FindAllStringSubmatch(page, -1)
		require.Greater(t, len(found), 3, page)
		for _, m := range found {
			path := m[1] + m[2]
			require.True(t, strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//"), path)
			require.Equal(t, http.StatusOK, a.get(t, path).StatusCode, path)
		}
		require.Contains(t, page, "/docs.json")
	})
}
