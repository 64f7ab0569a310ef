package httpapi

import (
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/labstack/echo/v4"
)

// proxies are the networks whose X-Forwarded-* headers count.
type proxies []netip.Prefix

func (p proxies) trust(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(a) })
}

// clientOf returns the client that a request counts for: the key's name, else the address.
func (p proxies) clientOf(c echo.Context) string {
	if name := keyName(c); name != "" {
		return "key:" + name
	}
	return p.address(c.Request())
}

// address returns the nearest address of X-Forwarded-For that belongs to no trusted proxy. A proxy may write
// an obfuscated name (RFC 7239, section 6.3), which counts as a client, or "unknown", as Squid does with
// "forwarded_for off" (http://www.squid-cache.org/Doc/config/forwarded_for/). Instead of "unknown" the
// address before it counts, although that is only a claim: otherwise all clients of such a proxy would share
// one count.
func (p proxies) address(r *http.Request) string {
	peer := peerOf(r)
	if !p.trust(peer) {
		return network(peer)
	}
	nearest, unknown := peer, ""
	entries := strings.Split(strings.Join(r.Header[echo.HeaderXForwardedFor], ","), ",")
	for _, entry := range slices.Backward(entries) {
		host := withoutPort(strings.Trim(entry, " \t\""))
		address, err := netip.ParseAddr(host)
		switch {
		case host == "":
		case strings.EqualFold(host, "unknown"):
			unknown = "unknown behind "
		case host[0] == '_':
			return "name:" + host
		case err != nil:
			return network(peer)
		case !p.trust(plain(address)):
			return network(plain(address))
		default:
			nearest = plain(address)
		}
	}
	return unknown + network(nearest)
}

// withoutPort removes the port that some proxies add, Azure's gateways among them
// (https://learn.microsoft.com/en-us/azure/application-gateway/how-application-gateway-works), and the
// brackets of IPv6.
func withoutPort(host string) string {
	if rest, found := strings.CutPrefix(host, "["); found {
		host, _, _ = strings.Cut(rest, "]")
	} else if strings.Count(host, ":") == 1 {
		host, _, _ = strings.Cut(host, ":")
	}
	return host
}

// peerOf returns the other end of the connection, or the zero address if there is none, as with Unix sockets.
func peerOf(r *http.Request) netip.Addr {
	if a, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return plain(a.Addr())
	}
	a, err := netip.ParseAddr(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return plain(a)
}

func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// network returns the name of an address; for IPv6 that of its first 64 bits, since one client has all the
// rest.
func network(a netip.Addr) string {
	switch {
	case !a.IsValid():
		return "address:unknown"
	case a.Is6():
		return "address:" + netip.PrefixFrom(a, 64).Masked().String()
	}
	return "address:" + a.String()
}

const forwardedUntrusted = "a proxy forwards requests, but TRUSTED_PROXIES is empty: its clients are told" +
	" apart by key only, and all those without a key share one rate limit, that of the proxy's address;" +
	" set TRUSTED_PROXIES to the proxy's address or network"

// forwarding lists the headers in which proxies name the client's address, spelt as in net/http.
var forwarding = []string{echo.HeaderXForwardedFor, "Forwarded", "X-Real-Ip"}

// warnOfProxies logs the first request that comes through a proxy although no proxy is trusted.
func warnOfProxies(trusted proxies, log *slog.Logger) echo.MiddlewareFunc {
	var warned atomic.Bool
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if len(trusted) > 0 {
			return next
		}
		return func(c echo.Context) error {
			r := c.Request()
			if !warned.Load() {
				sent := func(name string) bool { return len(r.Header[name]) > 0 }
				if i := slices.IndexFunc(forwarding, sent); i >= 0 && warned.CompareAndSwap(false, true) {
					log.WarnContext(r.Context(), forwardedUntrusted, "header", forwarding[i])
				}
			}
			return next(c)
		}
	}
}
