package trained_test

import (
	"strings"
	"testing"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
	"ticketd/domain"
)

func FuzzClassify(f *testing.F) {
	for _, seed := range [][2]string{
		{"Refund", "zorbit quandle fremp"},
		{"a", "b"},
		{"?!", "'’' ... 你好 😀"},
		{"ẞßÆŒ", "\u0130\u0301 ﬁ ǅ Ⅷ"},
		{"borkle", "1 22 333 4.5"},
		{"wazzit", strings.Repeat("wazzit ", 900)},
		{"x", strings.Repeat("x", 7000)},
	} {
		f.Add(seed[0], seed[1])
	}
	c := trained.New(smallModel(f), local.New())
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
		if v.IsZero() || *v.Confidence() < 1.0/3 || max(*v.Confidence(), *v.PriorityConfidence()) > 0.99 {
			t.Fatalf("not a modest verdict: %+v", v)
		}
		if again, err := c.Classify(t.Context(), text); err != nil || again != answer {
			t.Fatalf("%+v the first time, %+v the second (%v)", answer, again, err)
		}
	})
}
