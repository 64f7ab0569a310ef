package webhook_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/webhook"
)

func TestAddressesThatAreNotReached(t *testing.T) {
	t.Parallel()
	s := webhook.NewWithin(webhook.Options{Guard: webhook.Guard{AllowHTTP: true}}, 10*time.Second)
	t.Cleanup(s.Close)
	for _, host := range []string{
		"127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255",
		"192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192",
		"192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
		"255.255.255.255", "168.63.129.16",
		"[::]", "[::1]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[100::1]",
		"[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]",
		"[2002:7f00:1::]", "[2001:0:7f00:1::1]", "[fec0::1]", "[3fff::1]", "[5f00::1]",
		"localhost",
	} {
		r := send(t, s, "http://"+host+":9/")
		require.Equal(t, webhook.CodeForbiddenAddress, r.Error, host)
		require.NotContains(t, r.Detail, host)
		if address, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
			require.False(t, (webhook.Guard{}).Reachable(address), host)
		}
	}
	// Whether a resolver takes these for addresses depends on the system; if it does, the guard sees the
	// address.
	for _, host := range []string{"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "127.0.0.1."} {
		r := send(t, s, "http://"+host+":9/")
		require.Contains(t, []string{webhook.CodeForbiddenAddress, webhook.CodeDNS}, r.Error, host)
	}
}

func TestANameThatPointsInsideIsNotReached(t *testing.T) {
	t.Parallel()
	reached := false
	port := portOf(t, receiver(t, func(http.ResponseWriter, *http.Request) { reached = true }))
	o := webhook.Options{Guard: webhook.Guard{AllowHTTP: true}}
	o.Resolver = resolver(t, func() netip.Addr { return netip.MustParseAddr("127.0.0.1") })
	require.Equal(t, webhook.CodeForbiddenAddress,
		send(t, newSender(t, o), "http://receiver.example.com:"+port).Error)
	require.False(t, reached)
}

func TestAddressesThatAreReached(t *testing.T) {
	t.Parallel()
	g := webhook.Guard{AllowNetworks: []netip.Prefix{
		netip.MustParsePrefix("10.20.0.0/16"), netip.MustParsePrefix("fd00:20::/48"),
	}}
	for address, want := range map[string]bool{
		"1.1.1.1": true, "2606:4700::1111": true, "::ffff:1.1.1.1": true, "10.20.1.2": true,
		"::ffff:10.20.1.2": true,
		"fd00:20::1":       true, "10.21.0.1": false, "fd00:21::1": false, "127.0.0.1": false,
	} {
		require.Equal(t, want, g.Reachable(netip.MustParseAddr(address)), address)
	}
}

// A name may be harmless when the webhook is made, and point inside later.
func TestEachConnectionIsChecked(t *testing.T) {
	t.Parallel()
	port := portOf(t, receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
	}))
	var address atomic.Value
	address.Store(netip.MustParseAddr("127.0.0.1"))
	o := webhook.Options{Guard: webhook.Guard{AllowHTTP: true, AllowNetworks: loopback}}
	o.Resolver = resolver(t, func() netip.Addr { return address.Load().(netip.Addr) })
	s := newSender(t, o)
	require.Empty(t, send(t, s, "http://receiver.example.com:"+port).Error)
	address.Store(netip.MustParseAddr("127.0.0.2"))
	require.Equal(t, webhook.CodeForbiddenAddress, send(t, s, "http://receiver.example.com:"+port).Error)
}

func TestAProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	proxied := false
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { proxied = true }))
	t.Cleanup(proxy.Close)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	o := open()
	o.Resolver = resolver(t, func() netip.Addr { return netip.MustParseAddr("127.0.0.1") })
	port := portOf(t, receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	require.Equal(t, 204, send(t, newSender(t, o), "http://receiver.example.com:"+port).Status)
	require.False(t, proxied)
}

func portOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(u.Host)
	require.NoError(t, err)
	return port
}
