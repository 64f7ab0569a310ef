package redact_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai/internal/redact"
)

// The least that is taken. The rules were written with the seen texts at hand; the held-back ones, written
// before them, were run when the rules were done.
const (
	mostLeaks  = 0.02 // of the secrets
	mostAlarms = 0.02 // of the texts without one
)

// sample is a text, what it should become, and the secrets in it.
type sample struct {
	text, want string
	secrets    []string
}

var (
	marked  = regexp.MustCompile(`(?s)⟦(\w+)\|(.*?)⟧`)
	escaped = regexp.MustCompile(`\\u[0-9a-f]{4}`)
)

func samples(tb testing.TB, name string) []sample {
	tb.Helper()
	file, err := os.ReadFile("testdata/" + name + ".txt")
	require.NoError(tb, err)
	var all []sample
	for line := range strings.Lines(string(file)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		line = escaped.ReplaceAllStringFunc(strings.ReplaceAll(line, `\n`, "\n"), func(s string) string {
			n, err := strconv.ParseUint(s[2:], 16, 32)
			require.NoError(tb, err)
			return string(rune(n))
		})
		s := sample{text: marked.ReplaceAllString(line, "$2"), want: marked.ReplaceAllString(line, "[$1]")}
		for _, m := range marked.FindAllStringSubmatch(line, -1) {
			s.secrets = append(s.secrets, m[2])
		}
		all = append(all, s)
	}
	return all
}

// leaks counts the secrets of which half or more is still there.
func (s sample) leaks() int {
	n, got := 0, redact.Text(s.text)
	for _, secret := range s.secrets {
		if strings.Contains(got, secret[:len(secret)/2]) || strings.Contains(got, secret[len(secret)/2:]) {
			n++
		}
	}
	return n
}

// TestRates prints the rates with -v; every text that is not treated as wanted is printed too.
func TestRates(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"seen", "held"} {
		t.Run("few secrets of the "+part+" texts leak", func(t *testing.T) {
			t.Parallel()
			secrets, leaks, more := 0, 0, 0
			for _, s := range samples(t, "secrets_"+part) {
				secrets += len(s.secrets)
				if n := s.leaks(); n > 0 {
					leaks += n
					t.Logf("leak: %q", redact.Text(s.text))
				} else if got := redact.Text(s.text); got != s.want {
					more++
					t.Logf("not as marked: %q", got)
				}
			}
			t.Logf("%s: %d of %d secrets leak (%.1f %%); %d texts lose more, less or under another name", part,
				leaks, secrets, 100*float64(leaks)/float64(secrets), more)
			require.LessOrEqual(t, float64(leaks), mostLeaks*float64(secrets))
		})
		t.Run("few of the "+part+" texts without secrets are touched", func(t *testing.T) {
			t.Parallel()
			all, alarms := samples(t, "lookalikes_"+part), 0
			for _, s := range all {
				if got := redact.Text(s.text); got != s.text {
					alarms++
					t.Logf("false alarm: %q", got)
				}
			}
			t.Logf("%s: %d of %d texts are touched (%.1f %%)", part, alarms, len(all), 100*float64(alarms)/float64(
				len(all)))
			require.LessOrEqual(t, float64(alarms), mostAlarms*float64(len(all)))
		})
	}
}
