package httpapi_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/contract"
)

// behind trusts the proxies of one network.
func behind(s *setup) { s.proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} }

// create creates a ticket from an address and returns its Location; prefixes become X-Forwarded-Prefix.
func (a *api) create(t *testing.T, address string, prefixes ...string) string {
	t.Helper()
	c := &http.Client{Transport: &contract.Transport{Next: from{a.handler, address}, Report: t.Errorf}}
	r := a.request(t, http.MethodPost, "/tickets", titled(`"t"`))
	r.Header["X-Forwarded-Prefix"] = prefixes
	res, err := c.Do(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusCreated, res.StatusCode)
	return res.Header.Get("Location")
}

func TestForwardedPrefixes(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t), behind)
	for sent, prefix := range map[string]string{
		"/support": "/support", "/support/": "/support", "/help/desk": "/help/desk",
		"/b%C3%BCro": "/b%C3%BCro", "/v1.2_x-y~": "/v1.2_x-y~",
		"": "", "/": "", "support": "", "//evil.example": "", "/support//x": "", "https://evil.example": "",
		`/\evil.example`: "", "/../admin": "",
		"/a/./b": "", "/%2e%2e/admin": "", "/%2F%2Fevil.example": "", "/a\x00": "",
		"/a\r\nSet-Cookie: x=1": "", "/a\tb": "", "/a b": "", "/a?b": "", "/a#b": "",
		"/a, /b": "", "/<script>": "", "/%zz": "", "/ü": "", "/" + strings.Repeat("a", 300): "",
	} {
		t.Run("of "+sent[:min(len(sent), 30)], func(t *testing.T) {
			t.Parallel()
			require.Regexp(t, "^"+prefix+`/tickets/\d+$`, a.create(t, "10.0.0.1:1", sent))
			require.Regexp(t, `^/tickets/\d+$`, a.create(t, "203.0.113.7:1", sent), "a stranger says so")
		})
	}

	t.Run("that are two say nothing", func(t *testing.T) {
		t.Parallel()
		require.Regexp(t, `^/tickets/\d+$`, a.create(t, "10.0.0.1:1", "/a", "/b"))
	})

	t.Run("say nothing where no proxy is trusted", func(t *testing.T) {
		t.Parallel()
		require.Regexp(t, `^/tickets/\d+$`, serve(t, openSQLite(t)).create(t, "10.0.0.1:1", "/support"))
	})
}

func TestClientsThatProxiesDoNotName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second string
		same          bool
	}{
		"two addresses and their ports":     {"203.0.113.7:50001", "203.0.113.8:50001", false},
		"one address and two ports":         {"203.0.113.7:50001", "203.0.113.7:50002", true},
		"one address of IPv6 and two ports": {"[2001:db8::1]:4711", "[2001:db8::1]:4712", true},
		"two networks of IPv6 and one port": {"[2001:db8:0:1::1]:4711", "[2001:db8:0:2::1]:4711", false},
		"two claims before an unknown":      {"203.0.113.7, unknown", "203.0.113.8, unknown", false},
		"two claims before an unknown and its proxy": {
			"203.0.113.7, unknown, 10.0.0.2", "203.0.113.8, unknown, 10.0.0.2", false,
		},
		"one claim before an unknown, in two spelled": {"203.0.113.7, unknown", "203.0.113.7, Unknown:4711", true},
		"two hidden names":                            {"_hidden", "_gazonk", false},
		"one hidden name":                             {"_hidden:1", "_hidden:2", true},
		"a hidden name and an unknown":                {"_hidden", "unknown", false},
		"unknowns behind two proxies":                 {"unknown, 10.0.0.2", "unknown, 10.0.0.3", false},
		"an unknown and the proxy itself":             {"unknown", "", false},
		"an unknown and one that the proxy knows":     {"unknown", "203.0.113.7", false},
		"unknowns, which nobody can tell apart":       {"unknown", "unknown", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := allowing(t, 1, behind)
			require.Equal(t, http.StatusOK, a.visit(t, "10.0.0.1:1", "X-Forwarded-For", c.first).StatusCode)
			require.Equal(t, c.same, a.visit(t, "10.0.0.1:2", "X-Forwarded-For",
				c.second).StatusCode == http.StatusTooManyRequests)
		})
	}
}

func TestTheWarningOfProxiesThatNobodyTrusts(t *testing.T) {
	t.Parallel()
	const says = "TRUSTED_PROXIES is empty"
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP"} {
		t.Run("comes once, with the first request that has "+header, func(t *testing.T) {
			t.Parallel()
			a := allowing(t, 9)
			a.visit(t, "192.0.2.1:1")
			require.NotContains(t, a.log.String(), says)
			for range 3 {
				a.visit(t, "192.0.2.1:1", header, "203.0.113.7")
			}
			require.Equal(t, 1, strings.Count(a.log.String(), says), a.log)
			require.Contains(t, a.log.String(), "share one rate limit")
			require.NotContains(t, a.log.String(), "203.0.113.7")
		})
	}

	t.Run("does not come where proxies are trusted", func(t *testing.T) {
		t.Parallel()
		a := allowing(t, 9, behind)
		a.visit(t, "10.0.0.1:1", "X-Forwarded-For", "203.0.113.7")
		a.visit(t, "192.0.2.1:1", "X-Forwarded-For", "203.0.113.7")
		require.NotContains(t, a.log.String(), says)
	})
}
