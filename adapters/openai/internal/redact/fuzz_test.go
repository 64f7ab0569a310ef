package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ticketd/adapters/openai/internal/redact"
)

// mostGrowth is how much longer a text can get, in bytes: "://:x@" becomes "://[PASSWORD]@".
const mostGrowth = 3

func FuzzText(f *testing.F) {
	for _, name := range []string{"secrets_seen", "lookalikes_seen"} {
		for _, s := range samples(f, name) {
			f.Add(s.text)
		}
	}
	f.Add("ﬁ①⑩℡㏕ ٣٤ 𝟜𝟙𝟙𝟙 ＠ﾟ\u3164\ufe0f\u0000\xff")
	f.Fuzz(func(t *testing.T, text string) {
		got := redact.Text(text)
		if again := redact.Text(got); again != got {
			t.Fatalf("%q becomes %q, and that %q", text, got, again)
		}
		if utf8.ValidString(text) != utf8.ValidString(got) && !utf8.ValidString(got) {
			t.Fatalf("%q is not valid UTF-8 any more: %q", text, got)
		}
		if len(got) > mostGrowth*len(text) {
			t.Fatalf("%q has grown to %q", text, got)
		}
		if !strings.Contains(got, "[") && got != text {
			t.Fatalf("%q has changed without a placeholder: %q", text, got)
		}
	})
}
