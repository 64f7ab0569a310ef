package settings

import (
	"net/netip"
	"strings"
	"time"

	"ticketd/adapters/httpapi"
)

// Edge say how requests are taken.
type Edge struct {
	Port           int
	LimitWindow    time.Duration
	LimitMax       int
	TrustedProxies []netip.Prefix
	Origins        []string // as browsers write them; "*" is all
	Keys           []httpapi.Key
	ShortKeys      []string // names of keys that can be guessed
	MetricsPublic  bool
	Board          bool          // serve the review board
	StopDelay      time.Duration // between the signal and the first refused connection
}

// ShortKey is the length in characters below which a key can be guessed.
const ShortKey = 16

func (raw RawEdge) parse(r *reader) Edge {
	keys, short := parseKeys(r, raw.APIKeys)
	return Edge{
		Port:           r.number("PORT", raw.Port, 0, 65535),
		LimitWindow:    r.millis("RATE_LIMIT_WINDOW_MS", raw.RateLimitWindow, 0, 1<<31-1),
		LimitMax:       r.number("RATE_LIMIT_MAX_REQUESTS", raw.RateLimitMax, 0, 1<<31-1),
		TrustedProxies: r.networks("TRUSTED_PROXIES", raw.TrustedProxies),
		Origins:        parseOrigins(r, raw.Origins),
		Keys:           keys,
		ShortKeys:      short,
		MetricsPublic:  r.boolean("METRICS_PUBLIC", raw.MetricsPublic),
		Board:          r.boolean("BOARD", raw.Board),
		StopDelay:      r.millis("SHUTDOWN_DELAY_MS", raw.StopDelay, 0, 600_000),
	}
}

// parseKeys never repeats an item in a complaint: it may be a key.
func parseKeys(r *reader, list string) (keys []httpapi.Key, short []string) {
	names, secrets := map[string]bool{}, map[string]bool{}
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		name, key, found := strings.Cut(item, ":")
		switch {
		case !found || name == "" || strings.ContainsFunc(name, notNameRune):
			r.complain("API_KEYS",
				"must be name:key pairs with commas between them; a name has letters, digits, - and _")
			return nil, nil
		case key == "" || strings.ContainsFunc(key, notKeyRune):
			r.complain("API_KEYS", "has a key of %s that is empty or has unprintable characters or blanks", name)
		case names[name] || secrets[key]:
			r.complain("API_KEYS", "has the name %s or its key twice", name)
		}
		names[name], secrets[key] = true, true
		keys = append(keys, httpapi.NewKey(name, key))
		if len(key) < ShortKey {
			short = append(short, name)
		}
	}
	return keys, short
}

func notNameRune(c rune) bool {
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')
}

func notKeyRune(c rune) bool { return c <= ' ' || c > '~' }
