package redact

import (
	"regexp"
	"strings"
)

// userinfo finds user:password in front of the host of a URL, and notes the @ behind: it makes no address
// of a person.
func (v *view) userinfo(spans []span) []span {
	const mark = "://"
	v.hosts = map[int]bool{}
	for i := strings.Index(v.plain, mark); i >= 0; {
		begin := i + len(mark)
		end := len(v.plain)
		if n := strings.IndexAny(v.plain[begin:], "/ \t\r\n\"'<>"); n >= 0 {
			end = begin + n
		}
		at := strings.LastIndexByte(v.plain[begin:end], '@')
		if at > 1 && strings.IndexByte(v.plain[begin:begin+at], ':') >= 0 && v.plain[begin:begin+at] != Password {
			spans = append(spans, span{begin, begin + at, Password})
			v.hosts[begin+at] = true
		}
		next := strings.Index(v.plain[end:], mark)
		if next < 0 {
			break
		}
		i = end + next
	}
	return spans
}

// keyBegin and keyEnd are the lines around a private key.
var (
	keyBegin = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----`)
	keyEnd   = regexp.MustCompile(`-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----`)
	keyLines = regexp.MustCompile(`^(?:\s*[A-Za-z0-9+/=]{16,})*`)
)

// privateKeys takes a block without an end as far as its lines of key reach.
func (v *view) privateKeys(spans []span) []span {
	begins := keyBegin.FindAllStringIndex(v.plain, -1)
	for i, b := range begins {
		limit := len(v.plain)
		if i+1 < len(begins) {
			limit = begins[i+1][0]
		}
		body := v.plain[b[1]:limit]
		n := keyLines.FindStringIndex(body)[1]
		if end := keyEnd.FindStringIndex(body); end != nil {
			n = end[1]
		}
		if n > 0 {
			spans = append(spans, span{b[0], b[1] + n, PrivateKey})
		}
	}
	return spans
}

// prefixes begin the keys of the services that give these a form of their own.
var prefixes = []string{
	// OpenAI, Anthropic and kin; Stripe
	"sk-", "sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "whsec_",
	// GitHub, GitLab, Grafana
	"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "glptt-", "gldt-", "glrt-", "glsa_",
	"xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-", // Slack
	"AKIA", "ASIA", "AIza", "ya29", "GOCSPX-", "ATATT3", "hvs", "SG", // AWS, Google, Atlassian, Vault, SendGrid
	"npm_", "pypi-", "hf_", "gsk_", "xai-", "pplx-", "r8_", "dckr_pat_", "dop_v1_", "shpat_", "shpss_",
	"lin_api_", "figd_", "PMAK-", "sq0atp-", "sq0csp-", "ntn_", "secret_", "key-", "eyJ",
}

// shortestKey is far below the length of any key in use, counted behind its prefix.
const shortestKey = 12

// tokens looks at each run of the bytes that keys are made of.
func (v *view) tokens(spans []span) []span {
	for i := 0; i < len(v.plain); i++ {
		if !isWord(v.plain[i]) {
			continue
		}
		begin := i
		for i < len(v.plain) && isWord(v.plain[i]) {
			i++
		}
		if i-begin < shortestKey && v.byteAt(i) != '.' {
			continue
		}
		prefix := knownPrefix(v.plain[begin:i])
		if prefix == "" {
			continue
		}
		end := v.dotted(i)
		if body := v.plain[begin+len(prefix) : end]; isKeyBody(prefix, body) {
			spans = append(spans, span{begin, end, Token})
		}
	}
	return spans
}

// hook matches an address whose path is a key.
var hook = regexp.MustCompile(`://(?:hooks\.slack\.com/services/|discord(?:app)?\.com/api/webhooks/|` +
	`api\.telegram\.org/bot)([\w/:-]{16,})`)

func (v *view) hooks(spans []span) []span {
	for _, m := range hook.FindAllStringSubmatchIndex(v.plain, -1) {
		spans = append(spans, span{m[2], m[3], Token})
	}
	return spans
}

func knownPrefix(word string) string {
	for _, p := range prefixes {
		if strings.HasPrefix(word, p) {
			return p
		}
	}
	return ""
}

// dotted returns the end of the parts that dots join to a word: those of a JWT and of some keys.
func (v *view) dotted(end int) int {
	const most, shortest = 4, 6
	for range most {
		i := end + 1
		for i < len(v.plain) && isWord(v.plain[i]) {
			i++
		}
		if v.byteAt(end) != '.' || i-end-1 < shortest {
			break
		}
		end = i
	}
	return end
}

func isKeyBody(prefix, body string) bool {
	switch {
	case len(body) < shortestKey:
		return false
	case prefix == "AKIA", prefix == "ASIA":
		return body == strings.ToUpper(body) && strings.IndexFunc(body, notUpperAlnum) < 0
	case prefix == "eyJ":
		return strings.Contains(body, ".")
	case prefix == "SG", prefix == "ya29", prefix == "hvs":
		return strings.Contains(body, ".") && isRandom(body)
	}
	return isRandom(body)
}

func notUpperAlnum(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }
