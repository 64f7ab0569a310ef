package local_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ticketd/adapters/local"
	"ticketd/domain"
)

func FuzzClassify(f *testing.F) {
	for _, seed := range [][2]string{
		{"Refund", "I was charged twice, please refund one payment."},
		{"a", "b"},
		{"?!", "... ;;; '''' ’’ `` $$$ €"},
		{"l'été", "j'ai d'l'n's' qu'"},
		{"Привет", "你好，我有一个问题。 مرحبا 😀"},
		{"<", "<<<>>> <br <name> <aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>"},
		{"not about", "not a not about a not"},
		{"ẞßÆŒ", "\u0130\u0301 ﬁ ǅ Ⅷ"},
		{"charged", "charged .. twice charged a the my twice"},
		{"1.5", "16.04 1e400 0x00 $1.000,00"},
		{"refund", strings.Repeat("charged not ", 1600)},
		{"refund", strings.Repeat("x", 20_000)},
	} {
		f.Add(seed[0], seed[1])
	}
	c := local.New()
	f.Fuzz(func(t *testing.T, title, description string) {
		text, err := domain.NewText(title, description)
		if err != nil {
			return // the domain does not let it through
		}
		answer, err := c.Classify(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		v := answer.Verdict
		if v.IsZero() || *v.Confidence() < 1.0/3 || *v.Confidence() >= 0.98 || *v.PriorityConfidence() > 0.6 {
			t.Fatalf("not a modest verdict: %+v", v)
		}
		reason := v.Reason()
		cut := utf8.RuneCountInString(reason) >= domain.MaxReason // the domain cuts longer ones
		if reason == "" || cut || strings.ContainsAny(reason, "\n\r\t") {
			t.Fatalf("not a short line: %q", reason)
		}
		again, err := c.Classify(t.Context(), text)
		if err != nil || again != answer {
			t.Fatalf("%+v the first time, %+v the second (%v)", answer, again, err)
		}
	})
}
