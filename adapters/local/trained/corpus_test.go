package trained_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

// desk invents the tickets of a help desk with words of its own, which the lexicon does not know, so that there is something to
// learn. The first word of each list speaks for billing, the second for technical, the third for general.
type desk struct {
	source string
	words  [3][]string
}

func desks() []desk {
	return []desk{
		{"mill", [3][]string{{"zorbit", "quandle", "fremp"}, {"glitchel", "borkle", "wazzit"}, {"humdee", "ploover", "snarf"}}},
		{"mine", [3][]string{{"dravon", "kelpit", "yondle"}, {"crumfel", "jaspik", "vextor"}, {"olmick", "trundy", "welpin"}}},
	}
}

var fillers = []string{"please", "look", "into", "it", "today", "my", "number", "is", "on", "the", "form", "that", "we", "sent", "again", "with"}

// corpus gives n tickets per desk, in a fixed order, with all categories and priorities.
func corpus(tb testing.TB, n int, from ...desk) []ports.LabelledTicket {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var tickets []ports.LabelledTicket
	for _, d := range from {
		for i := range n {
			class := i % 3
			text := ""
			for range 12 {
				word := fillers[random.IntN(len(fillers))]
				if random.IntN(3) == 0 {
					word = d.words[class][random.IntN(3)]
				}
				text += word + " "
			}
			tickets = append(tickets, ticket(tb, fmt.Sprintf("%s-%d", d.source, i), text, class, d.source))
		}
	}
	return tickets
}

func ticket(tb testing.TB, id, text string, class int, source string) ports.LabelledTicket {
	tb.Helper()
	t, err := domain.NewText(text[:10], text)
	require.NoError(tb, err)
	return ports.LabelledTicket{
		ID: id, Text: t, Category: domain.Categories()[class], Priority: domain.Priorities()[(class+1)%3], Source: source,
	}
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
