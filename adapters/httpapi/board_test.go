package httpapi_test

import (
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheBoard(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	plainly(t, a)

	t.Run("is a page of our own files only, also below a prefix", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/board", "/board/"} {
			page := a.get(t, path)
			require.Equal(t, http.StatusOK, page.StatusCode)
			require.Contains(t, page.Header.Get("Content-Type"), "text/html")
			found := reference.FindAllStringSubmatch(page.body, -1)
			require.Greater(t, len(found), 3, page.body)
			for _, m := range found {
				require.Equal(t, http.StatusOK, a.get(t, below(t, path, m[1])).StatusCode, m[1])
			}
			require.NotRegexp(t, inline, page.body, "its policy forbids it")
		}
	})

	t.Run("has every file of its folder, under a policy that lets it use nothing else", func(t *testing.T) {
		t.Parallel()
		files := 0
		err := fs.WalkDir(os.DirFS("."), "board", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(name, ".d.ts") || name == "board/index.html" {
				return err
			}
			files++
			content, err := os.ReadFile(name)
			require.NoError(t, err)
			res := a.get(t, "/"+name)
			require.Equal(t, string(content), res.body, name)
			require.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'")
			require.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
			for suffix, mediaType := range map[string]string{
				".js": "application/javascript", ".css": "text/css", ".svg": "image/svg+xml", "LICENSE": "text/plain",
			} {
				if strings.HasSuffix(name, suffix) {
					require.Contains(t, res.Header.Get("Content-Type"), mediaType, name)
				}
			}
			return nil
		})
		require.NoError(t, err)
		require.Greater(t, files, 10)
	})

	t.Run("is asked about each time and not sent again, however its tag comes back", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/board", "/board/app.js"} {
			for _, encoding := range []string{"gzip", "identity"} {
				first := a.encoded(t, http.MethodGet, path, encoding)
				require.Equal(t, "no-cache", first.Header.Get("Cache-Control"))
				tag := first.Header.Get("ETag")
				for _, sent := range []string{tag, "W/" + tag, `"other", ` + tag} {
					r := a.request(t, http.MethodGet, path, "")
					r.Header.Set("Accept-Encoding", encoding)
					r.Header.Set("If-None-Match", sent)
					res := a.do(t, r)
					require.Equal(t, http.StatusNotModified, res.StatusCode)
					require.Empty(t, res.body)
					require.NotEmpty(t, res.Header.Get("ETag"))
				}
				r := a.request(t, http.MethodGet, path, "")
				r.Header.Set("If-None-Match", `"other"`)
				require.Equal(t, http.StatusOK, a.do(t, r).StatusCode)
			}
		}
	})

	t.Run("knows no other files", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/board/nothing.js", "/board/index.html", "/board/vendor/lit-html.d.ts"} {
			require.Equal(t, http.StatusNotFound, a.get(t, path).StatusCode, path)
		}
	})

	t.Run("is linked to from the bare address, for people and for programs", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, a.get(t, "/").body, `"board":"board"`)
		require.Contains(t, a.start(t), `href="board"`)
	})
}

func TestWithoutTheBoard(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t), func(s *setup) { s.boardless = true })
	for _, path := range []string{"/board", "/board/", "/board/app.js"} {
		require.Equal(t, http.StatusNotFound, a.get(t, path).StatusCode, path)
	}
	require.NotContains(t, a.get(t, "/").body, "board")
	require.NotContains(t, a.start(t), "board")
}

// start returns the page at the bare address.
func (a *api) start(t *testing.T) string {
	t.Helper()
	r := a.request(t, http.MethodGet, "/", "")
	r.Header.Set("Accept", "text/html")
	return a.do(t, r).body
}
