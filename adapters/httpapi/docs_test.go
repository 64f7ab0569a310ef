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

	"ticketd/adapters/httpapi"
	"ticketd/adapters/httpapi/gen/client"
)

var (
	reference = regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	inline    = regexp.MustCompile(`(?i)<style|<script>|\sstyle=|\son\w+=`)
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

	for _, path := range []string{"/docs", "/docs/", "/"} {
		t.Run("as a page at "+path+" refers to our own files only, also below a prefix", func(t *testing.T) {
			t.Parallel()
			r := a.request(t, http.MethodGet, path, "")
			r.Header.Set("Accept", "text/html")
			page := a.do(t, r).body
			found := reference.FindAllStringSubmatch(page, -1)
			require.Greater(t, len(found), 3, page)
			for _, m := range found {
				require.Equal(t, http.StatusOK, a.get(t, below(t, path, m[1])).StatusCode, m[1])
			}
			require.NotRegexp(t, inline, page, "its policy forbids it")
		})
	}

	t.Run("tries things out below the prefix, too", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/docs.json", "/docs/contract.json"} {
			doc, err := openapi3.NewLoader().LoadFromData([]byte(a.get(t, path).body))
			require.NoError(t, err)
			require.Len(t, doc.Servers, 1)
			require.Equal(t, "/", below(t, path, doc.Servers[0].URL))
		}
	})

	t.Run("keeps the order of the file, in which a ticket begins with its id", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/docs.json", "/docs/contract.json"} {
			body := a.get(t, path).body
			require.Less(t, strings.Index(body, `"/tickets":{"post"`), strings.Index(body, `"/stats":`))
			require.Contains(t, body, `"value":{"id":42,"title":"Charged twice"`)
		}
	})
}

func TestTheContractOfThePage(t *testing.T) {
	t.Parallel()
	keys := []httpapi.Key{httpapi.NewKey("team", "team-key-0123456789")}
	for name, c := range map[string]struct {
		change func(*setup)
		needed map[string]bool // whether an operation needs a key
	}{
		"without keys": {func(*setup) {}, map[string]bool{}},
		"with keys":    {func(s *setup) { s.keys = keys }, map[string]bool{"/tickets": true}},
		"with keys and private metrics": {
			func(s *setup) { s.keys, s.closed = keys, true }, map[string]bool{"/tickets": true, "/metrics": true},
		},
	} {
		t.Run(name+" fills nothing in, and asks for a key where one is needed", func(t *testing.T) {
			t.Parallel()
			a := serve(t, openSQLite(t), c.change)
			doc, err := openapi3.NewLoader().LoadFromData([]byte(a.get(t, "/docs/contract.json").body))
			require.NoError(t, err)
			require.NoError(t, doc.Validate(t.Context()))
			require.Equal(t, c.needed["/tickets"], len(doc.Components.SecuritySchemes) > 0)
			for path, item := range doc.Paths.Map() {
				for method, op := range item.Operations() {
					for _, p := range op.Parameters {
						require.Nil(t, p.Value.Example, "%s %s: %s", method, path, p.Value.Name)
						require.Empty(t, p.Value.Examples, "%s %s: %s", method, path, p.Value.Name)
						require.Nil(t, p.Value.Schema.Value.Default, "%s %s: %s", method, path, p.Value.Name)
					}
				}
			}
			for _, path := range []string{"/tickets", "/metrics", "/docs"} {
				security := doc.Security
				if own := doc.Paths.Value(path).Get.Security; own != nil {
					security = *own
				}
				require.Equal(t, c.needed[path], len(security) > 0, path)
				require.NotContains(t, security, openapi3.SecurityRequirement{}, path)
			}
			limit := doc.Paths.Value("/tickets").Get.Parameters.GetByInAndName("query", "limit")
			require.Equal(t, "How many to return at most. Default: 20.", limit.Description)
		})
	}
}

func TestTheBareAddress(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	for name, c := range map[string]struct {
		accept []string
		page   bool
	}{
		"a browser":                                {[]string{"text/html,application/xhtml+xml,*/*;q=0.8"}, true},
		"a client that wants a page":               {[]string{"text/html"}, true},
		"a client in capitals":                     {[]string{"TEXT/HTML; Q=0.5"}, true},
		"a client with two headers":                {[]string{"image/png", "text/html"}, true},
		"a client that takes both":                 {[]string{"application/json, text/html"}, true},
		"a client without the header":              {nil, false},
		"curl":                                     {[]string{"*/*"}, false},
		"a client that wants JSON":                 {[]string{"application/json"}, false},
		"a client that wants JSON more":            {[]string{"text/html;q=0.5, application/json"}, false},
		"a client that wants no page":              {[]string{"text/html;q=0, */*"}, false},
		"a client whose header cannot be read":     {[]string{";;,=/"}, false},
		"a client that wants what there is not":    {[]string{"image/png"}, false},
		"a client whose weight cannot be a weight": {[]string{"text/html;q=x"}, true},
	} {
		t.Run("answers "+name, func(t *testing.T) {
			t.Parallel()
			r := a.request(t, http.MethodGet, "/", "")
			r.Header["Accept"] = c.accept
			res := a.do(t, r)
			require.Equal(t, http.StatusOK, res.StatusCode)
			require.Contains(t, res.Header.Values("Vary"), "Accept")
			require.Equal(t, c.page, strings.HasPrefix(res.Header.Get("Content-Type"), "text/html"))
		})
	}

	t.Run("has links that lead somewhere, also below a prefix", func(t *testing.T) {
		t.Parallel()
		links := read[client.Start](t, a.get(t, "/").body).Links
		for _, to := range []string{
			links.Tickets, links.Users, links.Stats, links.Events, links.Webhooks,
			links.Docs, links.Contract, links.Health, links.Readiness,
		} {
			require.Equal(t, http.StatusOK, a.get(t, below(t, "/", to)).StatusCode, to)
		}
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
