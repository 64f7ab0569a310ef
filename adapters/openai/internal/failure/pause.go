package failure

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest wait that is believed: a provider that asks for more may change its mind
// sooner.
const maxRetryAfter = 15 * time.Minute

// retryAfter returns how long the headers ask to wait: retry-after-ms as OpenAI sends it, else Retry-After
// in seconds or as a date (RFC 9110, section 10.2.3). Missing and nonsensical values are 0.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if d, ok := duration(h.Get("Retry-After-Ms"), time.Millisecond); ok {
		return d
	}
	value := h.Get("Retry-After")
	if d, ok := duration(value, time.Second); ok {
		return d
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}

// duration also takes fractions, which some servers send, but not NaN.
func duration(s string, unit time.Duration) (time.Duration, bool) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0) {
		return 0, false
	}
	return time.Duration(min(n*float64(unit), float64(maxRetryAfter))), true
}

// askedPause matches the words in which providers say when to come back: OpenAI and Groq "try again in
// 7.66s", Gemini "retryDelay": "34s", Azure "retry after 6 seconds".
var askedPause = regexp.MustCompile(`(?i)(?:(?:try again|retry) (?:in|after)\s+|^)` +
	`((?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?(?:m?s| ?sec(?:ond)?s?)))\b`)

// retryAfter returns how long the document asks to wait; 0 if it does not say.
func (p Problem) retryAfter() time.Duration {
	for line := range strings.Lines(p.Message) {
		if found := askedPause.FindStringSubmatch(line); found != nil {
			seconds, _, _ := strings.Cut(strings.ToLower(found[1]), "sec")
			if d, err := time.ParseDuration(strings.TrimRight(seconds, " s") + "s"); err == nil {
				return min(d, maxRetryAfter)
			}
		}
	}
	return 0
}
