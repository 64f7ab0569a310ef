package domain

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxWebhookURL is the maximum length of a receiver's URL in bytes.
const MaxWebhookURL = 2000

// ReceiverRules are what the operator allows of a receiver's URL. The zero value allows https to names.
type ReceiverRules struct {
	AllowHTTP bool
	// Reachable reports whether the sender would connect to an address; nil: to none. What a name stands for is
	// only known when it is dialled.
	Reachable func(netip.Addr) bool
}

// servicePorts belong to services that misread a request as commands, or that should stay inside: the ports
// that browsers block (https://fetch.spec.whatwg.org/#port-blocking), then databases, queues, file servers
// and remote control.
var servicePorts = []uint16{
	1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
	110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
	531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045,
	4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,

	445, 873, 1433, 1521, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5433, 5672, 5900, 6379, 6432, 7000, 7001,
	9042, 9092, 9200, 9300, 11211, 26379, 27017,
}

// CheckURL returns what is wrong with a receiver's URL, or "".
func (r ReceiverRules) CheckURL(s string) string {
	switch {
	case !utf8.ValidString(s):
		return "must be valid UTF-8"
	case s == "" || len(s) > MaxWebhookURL:
		return "must have between 1 and " + strconv.Itoa(MaxWebhookURL) + " bytes"
	case strings.ContainsFunc(s, isSpaceOrControl):
		return "must not contain blanks or control characters"
	}
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" {
		return "must be a URL such as https://example.com/hooks"
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return "must begin with https://"
	case u.Scheme == "http" && !r.AllowHTTP:
		return "must begin with https://; http is not allowed here"
	case u.User != nil:
		return "must not contain a user or a password; the signature proves who sends"
	case strings.Contains(s, "#"):
		return "must not have a fragment (#)"
	case u.Hostname() == "":
		return "must name a host"
	}
	if complaint := checkPort(u); complaint != "" {
		return complaint
	}
	return r.checkHost(u.Hostname())
}

func checkPort(u *url.URL) string {
	text := u.Port()
	if text == "" {
		if strings.HasSuffix(u.Host, ":") {
			return "must have a port after the colon"
		}
		return ""
	}
	port, err := strconv.ParseUint(text, 10, 16)
	switch {
	case err != nil || port == 0:
		return "must have a port between 1 and 65535"
	case slices.Contains(servicePorts, uint16(port)):
		return "must not have the port " + strconv.FormatUint(port, 10) + ", which belongs to another service"
	}
	return ""
}

func (r ReceiverRules) checkHost(host string) string {
	address, err := netip.ParseAddr(host)
	if err != nil {
		if endsInNumber(host) || strings.Contains(host, ":") {
			return "must have an address in its usual form, or a name"
		}
		return ""
	}
	if address.Zone() != "" || r.Reachable == nil || !r.Reachable(address) {
		return "must not point to an address inside a network; see WEBHOOK_ALLOW_NETWORKS"
	}
	return ""
}

// endsInNumber reports whether some programs would read a host as an IPv4 address, such as 127.1 or
// 0x7f000001 (https://url.spec.whatwg.org/#ends-in-a-number-checker).
func endsInNumber(host string) bool {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	_, err := strconv.ParseUint(last, 0, 64)
	return err == nil || last != "" && !strings.ContainsFunc(last, func(r rune) bool { return r < '0' || r > '9' })
}
