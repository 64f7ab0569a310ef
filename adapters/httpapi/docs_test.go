package httpapi_test

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

var (
	reference   = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	contractURL = regexp.MustCompile(`"swaggerJsonUrl":"([^"]*)"`)
)

func TestTheDocumentation(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))

	t.Run("as YAML is the file, byte for byte", func(t *testing.T) {
		t.Parallel()
		file, err := os.ReadFile("../../openapi.yaml")
		require.NoError(t, err)
		require.True(t, string(file) == a.get(t, "/openapi.yaml").body,
			"the embedded copy is not the file: go generate")
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

	for _, path := range []string{"/docs", "/docs/"} {
		t.Run("as a page at "+path+" refers to our own files only, also below a prefix", func(t *testing.T) {
			t.Parallel()
			page := a.get(t, path).body
			found := reference.FindAllStringSubmatch(page, -1)
			require.Greater(t, len(found), 3, page)
			for _, m := range found {
				require.Equal(t, http.StatusOK, a.get(t, below(t, path, m[1])).StatusCode, m[1])
			}
			// The page prepends its own path and a slash to the contract's.
			json := contractURL.FindStringSubmatch(page)
			require.NotNil(t, json, page)
			require.Equal(t, "/docs.json", below(t, strings.TrimSuffix(path, "/")+"/", json[1]))
		})
	}

	t.Run("tries things out below the prefix, too", func(t *testing.T) {
		t.Parallel()
		doc, err := openapi3.NewLoader().LoadFromData([]byte(a.get(t, "/docs.json").body))
		require.NoError(t, err)
		require.Len(t, doc.Servers, 1)
		require.Equal(t, "/", below(t, "/docs.json", doc.Servers[0].URL))
	})
}

// below resolves a link of the page at path as a browser does that sees all of it below a prefix. It returns
// the path without the prefix.
func below(t *testing.T, path, link string) string {
	t.Helper()
	const prefix = "http://example.com/help/desk"
	base, err := url.Parse(prefix + path)
	require.NoError(t, err)
	to, err := base.Parse(link)
	require.NoError(t, err)
	rest, inside := strings.CutPrefix(to.String(), prefix)
	require.True(t, inside, link)
	return rest
}
