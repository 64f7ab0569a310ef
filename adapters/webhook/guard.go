package webhook

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"time"

	"code.dny.dev/ssrf"
)

const (
	connectTime = 10 * time.Second
	// maxIdle and maxIdlePerHost bound the connections that wait for the next event.
	maxIdle        = 256
	maxIdlePerHost = 16
	idleTime       = 30 * time.Second
	// maxHeader bounds the header of an answer.
	maxHeader = 64 << 10
	// pingAfter finds a dead HTTP/2 connection long before TCP does.
	pingAfter = 15 * time.Second
)

// azureHost answers every machine of that cloud with what should stay there, on an address like any other.
var azureHost = netip.MustParsePrefix("168.63.129.16/32")

// Guard keeps requests away from this network: receivers are named by clients. It looks at the address that
// is dialled, for each connection, so that neither a name that points inside, nor one that changes its mind,
// nor an unusual spelling gets past it. It denies all that IANA lists as special: private, loopback,
// link-local, multicast, shared, for documentation, and those IPv6 addresses that stand for IPv4 ones.
type Guard struct {
	AllowHTTP     bool
	AllowNetworks []netip.Prefix // that are reached all the same

	Resolver *net.Resolver  // nil: the system's
	Roots    *x509.CertPool // nil: the system's
}

// Reachable reports whether an address may be dialled.
func (g Guard) Reachable(address netip.Addr) bool {
	return g.guardian().SafeAddr(address.Unmap()) == nil
}

func (g Guard) guardian() *ssrf.Guardian {
	var v4, v6 []netip.Prefix
	for _, p := range g.AllowNetworks {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	return ssrf.New(
		ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...),
		ssrf.WithDeniedV4Prefixes(azureHost),
	)
}

func (g Guard) transport() *http.Transport {
	dialer := &net.Dialer{Timeout: connectTime, Resolver: g.Resolver, Control: g.guardian().Safe}
	return &http.Transport{
		// No Proxy: it would connect in our place, past the guard.
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: g.Roots},
		TLSHandshakeTimeout:    connectTime,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdlePerHost,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true, // nobody reads the answer
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: connectTime},
	}
}
