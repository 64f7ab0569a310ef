// Package helpdesk invents labelled tickets, to test trainings with.
package helpdesk

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

// Desk is a help desk with words of its own, which the lexicon does not know, so that there is something to
// learn. The first list speaks for billing, the second for technical, the third for general.
type Desk struct {
	Source string
	Words  [3][]string
}

// Two returns two desks that share no such word.
func Two() []Desk {
	return []Desk{
		{"mill", [3][]string{
			{"zorbit", "quandle", "fremp"}, {"glitchel", "borkle", "wazzit"}, {"humdee", "ploover", "snarf"},
		}},
		{"mine", [3][]string{
			{"dravon", "kelpit", "yondle"}, {"crumfel", "jaspik", "vextor"}, {"olmick", "trundy", "welpin"},
		}},
	}
}

var fillers = strings.Fields("please look into it today my number is on the form that we sent again with")

// Tickets returns n tickets per desk, in a fixed order, with all categories and priorities.
func Tickets(tb testing.TB, n int, desks ...Desk) []ports.LabelledTicket {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var tickets []ports.LabelledTicket
	for _, d := range desks {
		for i := range n {
			class := i % 3
			text := ""
			for range 12 {
				word := fillers[random.IntN(len(fillers))]
				if random.IntN(3) == 0 {
					word = d.Words[class][random.IntN(3)]
				}
				text += word + " "
			}
			tickets = append(tickets, Ticket(tb, fmt.Sprintf("%s-%d", d.Source, i), text, class, d.Source))
		}
	}
	return tickets
}

// Ticket returns one of the class, with the priority that is next in order.
func Ticket(tb testing.TB, id, text string, class int, source string) ports.LabelledTicket {
	tb.Helper()
	t, err := domain.NewText(text[:10], text)
	require.NoError(tb, err)
	return ports.LabelledTicket{
		ID: id, Text: t, Source: source,
		Category: domain.Categories()[class], Priority: domain.Priorities()[(class+1)%3],
	}
}
