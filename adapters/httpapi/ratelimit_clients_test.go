package httpapi_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/ports"
	"ticketd/tests/support/contract"
)

// visit lists the tickets from an address; headers come in pairs.
func (a *api) visit(t *testing.T, address string, headers ...string) *http.Response {
	t.Helper()
	c := &http.Client{
		Transport: &contract.Transport{Next: from{a.handler, address}, Report: t.Errorf, Limited: true},
	}
	r := a.request(t, http.MethodGet, "/tickets", "")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	res, err := c.Do(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res
}

// allowing serves with a limit of n requests a minute.
func allowing(t *testing.T, n int, changes ...func(*setup)) *api {
	t.Helper()
	return serve(t, openSQLite(t), append([]func(*setup){atNoon, func(s *setup) {
		s.limit = httpapi.RateLimit{Window: time.Minute, Max: n}
	}}, changes...)...)
}

func TestTheRateLimitOfKeys(t *testing.T) {
	t.Parallel()
	const team, robot = "Bearer team-key-0123456789", "Bearer robot-key-0123456789"
	keyed := func(s *setup) {
		s.keys = []httpapi.Key{httpapi.NewKey("team", team[7:]), httpapi.NewKey("robot", robot[7:])}
	}

	t.Run("counts each key for itself, wherever it is used", func(t *testing.T) {
		t.Parallel()
		a := allowing(t, 3, keyed)
		for i := range 3 {
			require.Equal(t, http.StatusOK,
				a.visit(t, fmt.Sprintf("192.0.2.%d:1", i), "Authorization", team).StatusCode)
		}
		require.Equal(t, http.StatusTooManyRequests, a.visit(t, "192.0.2.9:1", "Authorization", team).StatusCode)
		require.Equal(t, http.StatusOK, a.visit(t, "192.0.2.9:1", "Authorization", robot).StatusCode)
		require.Equal(t, "2", a.visit(t, "192.0.2.9:1").Header.Get("RateLimit-Remaining"),
			"the address has its own")
	})

	t.Run("counts wrong keys by address, so that nobody can guess for long", func(t *testing.T) {
		t.Parallel()
		a := allowing(t, 3, keyed)
		for i := range 3 {
			require.Equal(t, http.StatusUnauthorized,
				a.visit(t, "192.0.2.1:1", "Authorization", fmt.Sprintf("Bearer guess-%d", i)).StatusCode)
		}
		require.Equal(t, http.StatusTooManyRequests,
			a.visit(t, "192.0.2.1:1", "Authorization", "Bearer guess-4").StatusCode)
		require.Equal(t, http.StatusTooManyRequests, a.visit(t, "192.0.2.1:1").StatusCode)
		require.Equal(t, http.StatusUnauthorized,
			a.visit(t, "192.0.2.2:1", "Authorization", "Bearer guess-5").StatusCode)
		require.Equal(t, http.StatusOK, a.visit(t, "192.0.2.1:1", "Authorization", team).StatusCode,
			"whoever has the key is not shut out")
	})

	t.Run("takes no key's name for a client", func(t *testing.T) {
		t.Parallel()
		a := allowing(t, 1, keyed)
		require.Equal(t, http.StatusUnauthorized,
			a.visit(t, "192.0.2.1:1", "Authorization", "Bearer key:team").StatusCode)
		require.Equal(t, http.StatusUnauthorized,
			a.visit(t, "192.0.2.2:1", "Authorization", "Bearer team").StatusCode)
		require.Equal(t, http.StatusOK, a.visit(t, "192.0.2.1:1", "Authorization", team).StatusCode)
	})
}

func TestTheRateLimitOfAddresses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second string
		same          bool
	}{
		"one network of IPv6":             {"[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff:ffff:ffff:ffff]:2", true},
		"neighbouring networks of IPv6":   {"[2001:db8:1:2::1]:1", "[2001:db8:1:3::1]:1", false},
		"an address of IPv4 in two forms": {"192.0.2.1:1", "[::ffff:192.0.2.1]:1", true},
		"two of IPv4 in the form of IPv6": {"[::ffff:192.0.2.1]:1", "[::ffff:192.0.2.2]:1", false},
		"one address by two interfaces":   {"[fe80::1%eth0]:1", "[fe80::1%eth1]:1", true},
		"neighbours of IPv4":              {"192.0.2.1:1", "192.0.2.2:1", false},
		"no address at all, twice":        {"@", "pipe", true},
	} {
		t.Run(fmt.Sprintf("counts %s as the same client: %t", name, c.same), func(t *testing.T) {
			t.Parallel()
			a := allowing(t, 1)
			require.Equal(t, http.StatusOK, a.visit(t, c.first).StatusCode)
			require.Equal(t, c.same, a.visit(t, c.second).StatusCode == http.StatusTooManyRequests)
		})
	}

	t.Run("remembers no more than 100,000 of 150,000 addresses, the newest", func(t *testing.T) {
		t.Parallel()
		own, remembered, err := httpapi.NewOwnCount(ports.ClockFunc(func() time.Time { return noon }))
		require.NoError(t, err)
		client := func(i int) string { return fmt.Sprintf("address:10.%d.%d.%d", i>>16, i>>8&255, i&255) }
		for i := range 150_000 {
			n, _, err := own.CountRequest(t.Context(), client(i), time.Minute)
			require.NoError(t, err)
			require.Equal(t, 1, n)
		}
		require.LessOrEqual(t, remembered(), 100_000)
		for i, want := range map[int]int{149_999: 2, 60_000: 2, 0: 1} {
			n, _, err := own.CountRequest(t.Context(), client(i), time.Minute)
			require.NoError(t, err)
			require.Equal(t, want, n, "client %d", i)
		}
	})
}

func TestAddressesBehindProxies(t *testing.T) {
	t.Parallel()
	const proxy, visitor = "10.0.0.1:1", "203.0.113.7"
	trusting := func(s *setup) {
		s.proxies = []netip.Prefix{
			netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48"),
			netip.MustParsePrefix("192.0.2.80/32"),
		}
	}
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		counts    string // the address that the request counts for
	}{
		"what a trusted proxy says":                 {proxy, []string{visitor}, visitor},
		"what a trusted proxy on IPv6 says":         {"[2001:db8:ffff::1]:1", []string{visitor}, visitor},
		"what a trusted proxy in another form says": {"[::ffff:10.0.0.1]:1", []string{visitor}, visitor},
		"what a single trusted address says":        {"192.0.2.80:1", []string{visitor}, visitor},
		"what two trusted proxies say":              {proxy, []string{visitor + ", 10.200.0.2"}, visitor},
		"what they say in two lines":                {proxy, []string{visitor, "10.200.0.2"}, visitor},
		"an address of IPv6":                        {proxy, []string{"2001:db8::7"}, "2001:db8::7"},
		"an address of IPv6 in brackets":            {proxy, []string{"[2001:db8::7]"}, "2001:db8::7"},
		"an address with its port":                  {proxy, []string{visitor + ":4711, 10.200.0.2:443"}, visitor},
		"an address of IPv6 with its port":          {proxy, []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
		"not what the client said before":           {proxy, []string{"198.51.100.1, " + visitor}, visitor},
		"not what the client said in another line":  {proxy, []string{"198.51.100.1", visitor}, visitor},
		"not a proxy that the client made up": {
			proxy, []string{"198.51.100.1, 10.0.0.9, " + visitor}, visitor,
		},
		"not the garbage that the client said":        {proxy, []string{"<script>, " + visitor}, visitor},
		"not garbage at the end":                      {proxy, []string{visitor + ", <script>"}, "10.0.0.1"},
		"one that a proxy does not know by the claim": {proxy, []string{visitor + ", unknown"}, visitor},
		"not the unknown before a known one":          {proxy, []string{"unknown, " + visitor}, visitor},
		"not an empty element":                        {proxy, []string{visitor + ", ,"}, visitor},
		"an address in quotes with its port":          {proxy, []string{`"[2001:db8::7]:4711"`}, "2001:db8::7"},
		"an address with a port that is none":         {proxy, []string{visitor + ":_hidden"}, visitor},
		"not an empty line":                           {proxy, []string{""}, "10.0.0.1"},
		"no line":                                     {proxy, nil, "10.0.0.1"},
		"not what a stranger says":                    {"198.51.100.9:1", []string{visitor}, "198.51.100.9"},
		"not what a neighbour of a proxy says":        {"192.0.2.81:1", []string{visitor}, "192.0.2.81"},
		"not what a private address says":             {"192.168.1.1:1", []string{visitor}, "192.168.1.1"},
		"not what this machine says":                  {"127.0.0.1:1", []string{visitor}, "127.0.0.1"},
		"the outermost where all of them are proxies": {proxy, []string{"10.0.0.5, 10.0.0.6"}, "10.0.0.5"},
	} {
		t.Run("counts "+name, func(t *testing.T) {
			t.Parallel()
			a := allowing(t, 1, trusting)
			var headers []string
			for _, line := range c.forwarded {
				headers = append(headers, "X-Forwarded-For", line)
			}
			headers = append(headers, "X-Real-Ip", "198.51.100.77", "Forwarded", "for=198.51.100.77", "True-Client-Ip",
				"198.51.100.77")
			require.Equal(t, http.StatusOK, a.visit(t, c.peer, headers...).StatusCode)
			for address, status := range map[string]int{
				c.counts: http.StatusTooManyRequests, "198.51.100.77": http.StatusOK, "198.51.100.78": http.StatusOK,
			} {
				require.Equal(t, status, a.visit(t,
					netip.AddrPortFrom(netip.MustParseAddr(address), 9).String()).StatusCode, address)
			}
		})
	}

	t.Run("counts the connection's address where no proxy is trusted", func(t *testing.T) {
		t.Parallel()
		a := allowing(t, 1)
		require.Equal(t, http.StatusOK, a.visit(t, proxy, "X-Forwarded-For", visitor).StatusCode)
		require.Equal(t, http.StatusTooManyRequests, a.visit(t, proxy, "X-Forwarded-For", "203.0.113.8").StatusCode)
	})
}
