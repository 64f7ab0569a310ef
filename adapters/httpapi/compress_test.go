package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
)

// zipped returns text as one gzip member.
func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		panic(err) // writing to memory never fails
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// packed returns a request with a body that claims to be gzip and must be refused.
func packed(body string) hostile {
	return hostile{
		method: "POST", path: "/tickets", body: body, header: http.Header{"Content-Encoding": {"gzip"}},
		status: http.StatusBadRequest, code: "body_not_gzip",
	}
}

func TestBodiesInGzip(t *testing.T) {
	t.Parallel()
	right := zipped(titled(`"t"`))
	large := hostile{status: http.StatusRequestEntityTooLarge, code: "body_too_large"}
	for name, c := range map[string]struct {
		coding, body string
		refused      hostile
	}{
		"a ticket":                          {"gzip", right, hostile{}},
		"a ticket by the coding's old name": {"X-GZIP", right, hostile{}},
		"a ticket of two members": {
			"gzip", zipped(`{"title":"t",`) + zipped(`"description":"d"}`), hostile{},
		},
		"a ticket of 256 KiB": {"gzip", zipped(tooLarge.bytes(256 << 10).body), hostile{}},
		"one byte more":       {"gzip", zipped(tooLarge.bytes(256<<10 + 1).body), large},
		"a bomb of 64 MiB":    {"gzip", zipped(strings.Repeat(" ", 64<<20)), large},
		"a bomb of many members": {
			"gzip", strings.Repeat(zipped(strings.Repeat(" ", 1000)), 5000), large,
		},
		"more members than a body may have": {"gzip", strings.Repeat(zipped(""), 20_000), large},
		"a ticket that is cut":              {"gzip", right[:len(right)-9], packed("")},
		"a ticket without its end":          {"gzip", right[:len(right)-1], packed("")},
		"a ticket with a broken checksum": {
			"gzip", right[:len(right)-5] + "\x00" + right[len(right)-4:], packed(""),
		},
		"a ticket with garbage after it":     {"gzip", right + "garbage", packed("")},
		"nothing":                            {"gzip", "", packed("")},
		"a gzip of nothing":                  {"gzip", zipped(""), hostile{fields: []string{"body"}}},
		"a gzip in a gzip":                   {"gzip", zipped(right), hostile{fields: []string{"body"}}},
		"a ticket that breaks the contract":  {"gzip", zipped(titled("7")), hostile{fields: []string{"title"}}},
		"a ticket in Brotli, to be told why": {"br", right, headed(nil)},
	} {
		t.Run("of "+name, func(t *testing.T) {
			t.Parallel()
			a := serve(t, openSQLite(t))
			r := a.request(t, http.MethodPost, "/tickets", c.body)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Content-Encoding", c.coding)
			res := a.do(t, r)
			if c.refused.status == 0 && c.refused.fields == nil {
				require.Equal(t, http.StatusCreated, res.StatusCode, res.body)
				return
			}
			c.refused.check(t, res)
			if res.StatusCode == http.StatusUnsupportedMediaType {
				require.Equal(t, "gzip", res.Header.Get("Accept-Encoding"))
			}
		})
	}
}

func TestAnswersInGzip(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	a.newTicket(t, "billing", nil)
	text := strings.Repeat("My card was charged twice. ", 50)
	res, err := a.CreateTicketWithResponse(t.Context(), nil, client.NewTicket{Title: "long", Description: text})
	require.NoError(t, err)
	where := fmt.Sprintf("/tickets/%d", res.JSON201.Id)
	plainly(t, a)
	for accepts, coding := range map[string]string{
		"": "", "identity": "", "br, zstd": "", "gzip;q=0": "", "gzip;q=0.0, *": "",
		"identity;q=1, gzip;q=0": "", "deflate": "",
		"gzip": "gzip", "br, gzip;q=0.1": "gzip", "deflate, gzip": "gzip",
		"gzip;q=1.0, identity; q=0.5, *;q=0": "gzip",
	} {
		t.Run(fmt.Sprintf("for %q come as %q", accepts, coding), func(t *testing.T) {
			t.Parallel()
			res := a.encoded(t, http.MethodGet, where, accepts)
			require.Equal(t, coding, res.Header.Get("Content-Encoding"))
			require.Equal(t, []string{"Accept-Encoding"}, res.Header["Vary"])
			body := io.Reader(strings.NewReader(res.body))
			if coding != "" {
				body, err = gzip.NewReader(body)
				require.NoError(t, err)
			}
			plain, err := io.ReadAll(body)
			require.NoError(t, err)
			require.Contains(t, string(plain), text)
		})
	}

	t.Run("have a tag of their own that If-Match takes", func(t *testing.T) {
		t.Parallel()
		plain := a.encoded(t, http.MethodGet, where, "identity").Header.Get("ETag")
		small := a.encoded(t, http.MethodGet, where, "gzip").Header.Get("ETag")
		require.NotEqual(t, plain, small)
		for i, status := range []int{http.StatusOK, http.StatusPreconditionFailed} {
			edited := a.patch(t, res.JSON201.Id, `{"category":"technical"}`, "If-Match", small)
			require.Equal(t, status, edited.StatusCode, i)
		}
	})

	t.Run("are those above 1 KiB, and nothing that is compressed already", func(t *testing.T) {
		t.Parallel()
		for path, coding := range map[string]string{
			"/tickets/1": "", "/tickets/77": "", "/healthz": "", "/tickets": "gzip", "/docs": "",
			"/openapi.yaml": "gzip", "/docs/contract.json": "gzip",
			"/docs/swagger-ui.css": "gzip", "/docs/favicon-16x16.png": "",
		} {
			res := a.encoded(t, http.MethodGet, path, "gzip")
			require.Equal(t, coding, res.Header.Get("Content-Encoding"), path)
			if coding != "" {
				r, err := gzip.NewReader(strings.NewReader(res.body))
				require.NoError(t, err)
				plain, err := io.ReadAll(r)
				require.NoError(t, err)
				require.False(t, bytes.HasPrefix(plain, []byte("\x1f\x8b")), path)
			}
		}
	})
}
