package training_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/helpdesk"
	"ticketd/adapters/local/trained"
	"ticketd/adapters/local/training"
	"ticketd/domain"
	"ticketd/ports"
)

func options() training.Options { return training.Options{Folds: 3, Seed: 7} }

func train(
	tb testing.TB, tickets []ports.LabelledTicket, o training.Options,
) (*trained.Model, training.Validation) {
	tb.Helper()
	m, v, err := training.Train(tb.Context(), tickets, local.New(), o)
	require.NoError(tb, err)
	return m, v
}

func TestTrain_Learns(t *testing.T) {
	t.Parallel()
	mill, mine := helpdesk.Two()[0], helpdesk.Two()[1]
	tickets := helpdesk.Tickets(t, 90, mill)
	model, v := train(t, tickets, options())

	t.Run("what the lexicon does not know", func(t *testing.T) {
		t.Parallel()
		before, _ := right(tickets, v.BuiltIn)
		category, priority := right(tickets, v.InDomain)
		require.Less(t, before, 0.7)
		require.Greater(t, category, 0.9)
		require.Greater(t, priority, 0.9)
	})
	t.Run("and the model uses it", func(t *testing.T) {
		t.Parallel()
		text, err := domain.NewText("Hello", "we sent the borkle and the glitchel wazzit again")
		require.NoError(t, err)
		answer, err := trained.New(model, local.New()).Classify(t.Context(), text)
		require.NoError(t, err)
		require.Equal(t, domain.CategoryTechnical, answer.Verdict.Category())
		require.Equal(t, domain.PriorityHigh, answer.Verdict.Priority())
		require.Equal(t, domain.SourceLocal, answer.Source)
		require.Equal(t, local.Version+"+"+model.Hash(), answer.Model)
		require.NotContains(t, answer.Verdict.Reason(), "borkle")
	})
	t.Run("but on texts like none it has seen the lexicon decides", func(t *testing.T) {
		t.Parallel()
		both := helpdesk.Tickets(t, 90, mill, mine)
		model, v := train(t, both, options())
		require.Len(t, v.OutOfDomain, len(both))
		text, err := domain.NewText("Refund",
			"You charged my credit card twice for one invoice, kindly refund the second payment.")
		require.NoError(t, err)
		answer, err := trained.New(model, local.New()).Classify(t.Context(), text)
		require.NoError(t, err)
		require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
		builtIn, err := local.New().Classify(t.Context(), text)
		require.NoError(t, err)
		require.InDelta(t, *builtIn.Verdict.Confidence(), *answer.Verdict.Confidence(), 0.1)
	})
	t.Run("on a source left out its confidence falls", func(t *testing.T) {
		t.Parallel()
		_, v := train(t, helpdesk.Tickets(t, 90, mill, mine), options())
		require.Greater(t, meanConfidence(v.InDomain), 0.8)
		require.Less(t, meanConfidence(v.OutOfDomain), 0.6)
	})
	t.Run("without sources nothing is tried out of domain", func(t *testing.T) {
		t.Parallel()
		require.Nil(t, v.OutOfDomain)
	})
}

func meanConfidence(verdicts []domain.Verdict) float64 {
	sum := 0.0
	for _, v := range verdicts {
		sum += *v.Confidence()
	}
	return sum / float64(len(verdicts))
}

func TestTrain_IsDeterministic(t *testing.T) {
	t.Parallel()
	tickets := helpdesk.Tickets(t, 60, helpdesk.Two()...)
	first, v := train(t, tickets, options())
	second, w := train(t, tickets, options())
	require.Equal(t, first.Encode(), second.Encode())
	require.Equal(t, v, w)
	require.Equal(t, first.Hash(), second.Hash())
	other := options()
	other.Seed++
	third, _ := train(t, tickets, other)
	require.NotEqual(t, first.Encode(), third.Encode())
}

func TestTrain_NearDuplicates(t *testing.T) {
	t.Parallel()
	t.Run("help nobody in the validation", func(t *testing.T) {
		t.Parallel()
		// Each text stands there ten times with another number; its label cannot be told from other texts.
		tickets := helpdesk.Tickets(t, 30, helpdesk.Two()[0])
		for i := range tickets {
			tickets[i].Category = domain.Categories()[(i/3)%3]
		}
		var copies []ports.LabelledTicket
		for range 10 {
			copies = append(copies, tickets...)
		}
		_, v := train(t, copies, options())
		category, _ := right(copies, v.InDomain)
		require.Less(t, category, 0.6)
	})
	t.Run("alone are too little", func(t *testing.T) {
		t.Parallel()
		var tickets []ports.LabelledTicket
		for i := range 90 {
			tickets = append(tickets, helpdesk.Ticket(t, "a", "the same text again and again", i%3, ""))
		}
		_, _, err := training.Train(t.Context(), tickets, local.New(), options())
		require.ErrorContains(t, err, "only 1 tickets are not near-duplicates")
	})
}

func TestTrain_TooLittle(t *testing.T) {
	t.Parallel()
	all := helpdesk.Tickets(t, 90, helpdesk.Two()[0])
	keep := func(billing, general int) []ports.LabelledTicket {
		limits := map[domain.Category]int{domain.CategoryBilling: billing, domain.CategoryGeneral: general}
		var kept []ports.LabelledTicket
		for _, t := range all {
			if limits[t.Category] > 0 {
				limits[t.Category]--
				kept = append(kept, t)
			}
		}
		return kept
	}
	cases := []struct {
		name    string
		tickets []ports.LabelledTicket
		want    string
	}{
		{"nothing", nil, "at least two categories"},
		{"one category", keep(30, 0), "at least two categories"},
		{"few of one category", keep(30, 19), "only 19 tickets of the category general; at least 20"},
	}
	for _, c := range cases {
		t.Run(c.name+" is refused", func(t *testing.T) {
			t.Parallel()
			_, _, err := training.Train(t.Context(), c.tickets, local.New(), options())
			require.ErrorContains(t, err, c.want)
		})
	}
	t.Run("two categories are enough", func(t *testing.T) {
		t.Parallel()
		train(t, keep(30, 20), options())
	})
	t.Run("without priorities the built-in ones stay", func(t *testing.T) {
		t.Parallel()
		tickets := helpdesk.Tickets(t, 90, helpdesk.Two()[0])
		for i := range tickets[5:] {
			tickets[i+5].Priority = domain.Priority{}
		}
		m, v := train(t, tickets, options())
		require.False(t, m.HasPriority())
		for i := range tickets {
			require.Equal(t, v.BuiltIn[i].Priority(), v.InDomain[i].Priority())
		}
	})
	t.Run("priorities that the texts do not tell stay built in", func(t *testing.T) {
		t.Parallel()
		tickets := helpdesk.Tickets(t, 180, helpdesk.Two()[0])
		for i := range tickets { // whatever the category, each in turn
			tickets[i].Priority = domain.Priorities()[(i/3)%3]
		}
		m, v := train(t, tickets, options())
		require.False(t, m.HasPriority())
		require.False(t, v.Priorities.Learnable())
		require.Equal(t, 180, v.Priorities.Labelled)
		require.Equal(t, 60, v.Priorities.Usual)
		for i := range tickets {
			require.Equal(t, v.BuiltIn[i].Priority(), v.InDomain[i].Priority())
		}
	})
	t.Run("a number of folds out of range is refused", func(t *testing.T) {
		t.Parallel()
		for _, folds := range []int{-1, 0, 1, 21} {
			_, _, err := training.Train(t.Context(), all, local.New(), training.Options{Folds: folds})
			require.ErrorContains(t, err, "from 2 to 20")
		}
	})
}

func TestTrain_Curve(t *testing.T) {
	t.Parallel()
	tickets := helpdesk.Tickets(t, 400, helpdesk.Two()[0])
	_, v := train(t, tickets, options())

	t.Run("it has the sizes that the tickets allow, the fewest first", func(t *testing.T) {
		t.Parallel()
		var sizes []int
		for _, p := range v.Curve {
			sizes = append(sizes, p.Tickets)
			require.Len(t, p.Verdicts, len(p.Asked))
		}
		require.Equal(t, []int{60, 120, 240}, sizes) // two thirds of the tickets are left to learn from
	})
	t.Run("more tickets teach more", func(t *testing.T) {
		t.Parallel()
		var shares []float64
		for _, p := range v.Curve {
			good := 0
			for k, i := range p.Asked {
				if p.Verdicts[k].Category() == tickets[i].Category {
					good++
				}
			}
			shares = append(shares, float64(good)/float64(len(p.Asked)))
		}
		require.Greater(t, shares[len(shares)-1], shares[0])
		all, _ := right(tickets, v.InDomain)
		require.Greater(t, all, shares[0])
	})
	t.Run("few tickets make none", func(t *testing.T) {
		t.Parallel()
		_, v := train(t, helpdesk.Tickets(t, 60, helpdesk.Two()[0]), options())
		require.Empty(t, v.Curve)
	})
}

func TestTrain_Use(t *testing.T) {
	t.Parallel()
	t.Run("progress counts up to its end", func(t *testing.T) {
		t.Parallel()
		var counted []int
		o := options()
		o.Progress = func(done, total int) {
			require.Equal(t, 1+3+2+3, total) // the model, the folds, the sources, three draws of 60
			counted = append(counted, done)
		}
		train(t, helpdesk.Tickets(t, 60, helpdesk.Two()...), o)
		require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9}, counted)
	})
	t.Run("an ended context ends it", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		o := options()
		o.Progress = func(int, int) { cancel() }
		_, _, err := training.Train(ctx, helpdesk.Tickets(t, 90, helpdesk.Two()...), local.New(), o)
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("more sources than are left out singly share a part", func(t *testing.T) {
		t.Parallel()
		tickets := helpdesk.Tickets(t, 120, helpdesk.Two()[0])
		for i := range tickets {
			tickets[i].Source = string(rune('a' + i%12))
		}
		total := 0
		o := options()
		o.Progress = func(_, n int) { total = n }
		_, v := train(t, tickets, o)
		require.Equal(t, 1+3+10+3, total)
		category, _ := right(tickets, v.OutOfDomain)
		require.Greater(t, category, 0.8) // these sources are alike
	})
}

func right(tickets []ports.LabelledTicket, verdicts []domain.Verdict) (category, priority float64) {
	for i, t := range tickets {
		if verdicts[i].Category() == t.Category {
			category++
		}
		if verdicts[i].Priority() == t.Priority {
			priority++
		}
	}
	n := float64(len(tickets))
	return category / n, priority / n
}

func BenchmarkTrain(b *testing.B) {
	tickets := helpdesk.Tickets(b, 2500, helpdesk.Two()...)
	for b.Loop() {
		train(b, tickets, training.Options{Folds: 5, Seed: 1})
	}
}
