package httpapi_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
)

// varying lists the headers that differ between any two answers.
var varying = []string{"Date", "X-Request-Id", "Ratelimit-Remaining", "Ratelimit-Reset"}

// steady returns the other headers of an answer; the length counts if it was announced.
func steady(res response) http.Header {
	h := maps.Clone(res.Header)
	for _, name := range append(varying, "Content-Length") {
		h.Del(name)
	}
	return h
}

func (a *api) encoded(t *testing.T, method, path, encoding string) response {
	t.Helper()
	r := a.request(t, method, path, "")
	r.Header.Set("Accept-Encoding", encoding)
	return a.do(t, r)
}

// plainly lets a client see answers as they come, without the contract's checks, which read plain JSON only.
func plainly(t *testing.T, a *api) {
	t.Helper()
	network := &http.Transport{DisableCompression: true}
	t.Cleanup(network.CloseIdleConnections)
	a.http = &http.Client{Transport: network}
}

func TestHeadIsGetWithoutItsBody(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t), func(s *setup) { s.profiles = true })
	plainly(t, a)
	for range 3 {
		require.Equal(t, http.StatusCreated, a.do(t, a.request(t, http.MethodPost, "/tickets",
			`{"title":"t","description":"`+strings.Repeat("text ", 500)+`"}`)).StatusCode)
	}
	for _, path := range []string{
		"/tickets", "/tickets?limit=1", "/tickets?limit=0", "/tickets/1", "/tickets/77", "/tickets/x",
		"/tickets/1/classifications", "/users", "/users/1",
		"/stats", "/nowhere", "/tickets/1/classify", "/healthz", "/healthz?x=1", "/readyz", "/metrics",
		"/", "/docs", "/docs/", "/docs.json", "/docs/contract.json", "/docs/docs.js",
		"/openapi.yaml", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/favicon-16x16.png",
		"/board", "/board/", "/board/app.js", "/board/vendor/LICENSE", "/board/nothing.js",
		"/docs/nothing.js", "/debug/pprof/cmdline",
	} {
		for _, encoding := range []string{"identity", "gzip", "gzip;q=0"} {
			t.Run(path+" in "+encoding, func(t *testing.T) {
				t.Parallel()
				get, head := a.encoded(t, http.MethodGet, path, encoding), a.encoded(t, http.MethodHead, path, encoding)
				require.Equal(t, get.StatusCode, head.StatusCode)
				require.Equal(t, steady(get), steady(head))
				require.Empty(t, head.body)
				require.Equal(t, []string{strconv.Itoa(len(get.body))}, head.Header["Content-Length"])
			})
		}
	}
}

func TestHeadOfProbes(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]error{"ready": nil, "away": errors.New("away")} {
		checks := []httpapi.Check{{Name: name, Ping: func(context.Context) error { return state }}}
		probes := httpapi.NewProbes(checks, http.HandlerFunc(metrics), false, slog.New(slog.DiscardHandler))
		server := httptest.NewServer(probes)
		t.Cleanup(server.Close)
		a := &api{url: server.URL}
		plainly(t, a)
		for _, path := range []string{"/healthz", "/readyz", "/metrics", "/nowhere"} {
			t.Run(name+" "+path, func(t *testing.T) {
				t.Parallel()
				get, head := a.encoded(t, http.MethodGet, path, "gzip"), a.encoded(t, http.MethodHead, path, "gzip")
				require.Equal(t, get.StatusCode, head.StatusCode)
				require.Equal(t, steady(get), steady(head))
				require.Empty(t, head.body)
				require.Equal(t, strconv.Itoa(len(get.body)), head.Header.Get("Content-Length"))
			})
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t), func(s *setup) {
		s.keys = []httpapi.Key{httpapi.NewKey("team", "team-key-0123456789")}
	})
	for path, methods := range map[string][]string{
		"/tickets":            {"GET", "HEAD", "OPTIONS", "POST"},
		"/tickets/1":          {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH"},
		"/tickets/1/classify": {"OPTIONS", "POST"},
		"/users/x":            {"DELETE", "GET", "HEAD", "OPTIONS"}, "/healthz": {"GET", "HEAD", "OPTIONS"},
		"/docs": {"GET", "HEAD", "OPTIONS"}, "/": {"GET", "HEAD", "OPTIONS"},
	} {
		t.Run("of "+path+" needs no key and agrees with 405", func(t *testing.T) {
			t.Parallel()
			options := a.do(t, a.request(t, http.MethodOptions, path, ""))
			require.Equal(t, http.StatusNoContent, options.StatusCode)
			r := a.request(t, "BREW", path, "")
			r.Header.Set("Authorization", "Bearer team-key-0123456789")
			unknown := a.do(t, r)
			require.Equal(t, http.StatusMethodNotAllowed, unknown.StatusCode)
			for _, res := range []response{options, unknown} {
				require.Equal(t, methods, slices.Sorted(slices.Values(strings.Split(res.Header.Get("Allow"), ", "))))
			}
		})
	}
	t.Run("of a route that is not is 404 without a key", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, http.StatusNotFound, a.do(t, a.request(t, http.MethodOptions, "/nowhere", "")).StatusCode)
	})
}
