package trained_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/helpdesk"
	"ticketd/adapters/local/trained"
	"ticketd/domain"
)

const typicalTicket = `Hello, since the update on Tuesday our team cannot log in to the dashboard any more.
After entering the password the page stays blank, and sometimes an error message with code 502 appears. We
tried another browser and cleared the cache, without success. Three customers have complained already, so
please look into it as soon as possible. My account number is 4711. Thank you!`

func text(tb testing.TB, title, description string) domain.Text {
	tb.Helper()
	t, err := domain.NewText(title, description)
	require.NoError(tb, err)
	return t
}

func TestClassifier(t *testing.T) {
	t.Parallel()
	c := trained.New(smallModel(t), local.New())
	for name, description := range map[string]string{
		"one letter": "a", "punctuation": "?!... --- ;;;", "numbers": "12345 67890",
		"Chinese": "你好，我有一个问题。", "emoji": "😀😀", "apostrophes": "'’'’",
		"ligatures": strings.Repeat("ßæœ", 5000), "a word of 20,000 letters": strings.Repeat("x", 20_000),
		"20,000 characters": strings.Repeat("wazzit ", 2857), "known words": "zorbit quandle fremp",
	} {
		t.Run(name+" get a verdict that is not certain", func(t *testing.T) {
			t.Parallel()
			answer, err := c.Classify(t.Context(), text(t, "x", description))
			require.NoError(t, err)
			require.False(t, answer.Verdict.IsZero())
			require.LessOrEqual(t, *answer.Verdict.Confidence(), 0.99)
		})
	}
	t.Run("a ticket from elsewhere is not as sure as one from the desk", func(t *testing.T) {
		t.Parallel()
		ticket := text(t, "Refund", "You charged me twice, so refund the second payment of my invoice.")
		answer, err := c.Classify(t.Context(), ticket)
		require.NoError(t, err)
		require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
		require.Less(t, *answer.Verdict.Confidence(), 0.94)
	})
	t.Run("many at once get the same answers as one after the other", func(t *testing.T) {
		t.Parallel()
		texts := []domain.Text{
			text(t, "x", "zorbit"), text(t, "x", "borkle wazzit"), text(t, "Refund", "my invoice"),
			text(t, "x", typicalTicket),
		}
		var want []domain.Answer
		for _, tx := range texts {
			answer, err := c.Classify(t.Context(), tx)
			require.NoError(t, err)
			want = append(want, answer)
		}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for i, tx := range texts {
					if got, err := c.Classify(t.Context(), tx); err != nil || got != want[i] {
						t.Errorf("got %+v, want %+v (%v)", got, want[i], err)
					}
				}
			})
		}
		group.Wait()
	})
	t.Run("an ended context is refused", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := c.Classify(ctx, text(t, "a", "b"))
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestClassifier_ExcludedTopic(t *testing.T) {
	t.Parallel()
	m := train(t, helpdesk.Tickets(t, 120, helpdesk.Desk{Source: "help", Words: [3][]string{
		{"is not", "a billing", "billing question"},
		{"crashes", "error", "blank"},
		{"parcel", "address", "delivery"},
	}}))
	c := trained.New(m, local.New())
	classify := func(t *testing.T, description string) domain.Verdict {
		t.Helper()
		answer, err := c.Classify(t.Context(), text(t, "Hello", description))
		require.NoError(t, err)
		return answer.Verdict
	}
	for _, text := range []string{
		"please look into it today, it is not a billing question and again not the invoice",
		"my number is not a billing question",
		"This is not a billing question.",
		"This is no billing question",
		"I do not have a question about billing",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			require.NotEqual(t, domain.CategoryBilling, classify(t, text).Category())
		})
	}
	t.Run("what is not excluded is what was learnt", func(t *testing.T) {
		t.Parallel()
		v := classify(t, "this is a billing question")
		require.Equal(t, domain.CategoryBilling, v.Category())
		require.Greater(t, *v.Confidence(), 0.7)
	})
}

func BenchmarkClassify(b *testing.B) {
	c := trained.New(smallModel(b), local.New())
	for name, description := range map[string]string{
		"a sentence":        "I was charged twice for my order, please refund one payment.",
		"a typical ticket":  typicalTicket,
		"20,000 characters": strings.Repeat(typicalTicket, 60)[:20_000],
	} {
		b.Run(name, func(b *testing.B) {
			tx := text(b, "Login broken", description)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Classify(b.Context(), tx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	data := smallModel(b).Encode()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := trained.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
