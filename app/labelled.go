package app

import (
	"context"
	"errors"
	"fmt"

	"ticketd/ports"
)

// maxProblems is how many wrong rows are named before reading stops.
const maxProblems = 10

// ReadLabelled takes the n tickets of a source and keeps at most limit of them (0: all), spread evenly. It
// never holds more than twice as many. If some are wrong, the error names the first ones. An id that stands
// twice is made different from its first use.
func ReadLabelled(
	ctx context.Context, source ports.LabelledTickets, limit int,
) (tickets []ports.LabelledTicket, n int, err error) {
	var problems []error
	step := 1
	for t, err := range source.LabelledTickets(ctx) {
		if err != nil {
			problems = append(problems, err)
			if len(problems) == maxProblems {
				problems = append(problems, errors.New("and perhaps more"))
				break
			}
			continue
		}
		if n++; (n-1)%step != 0 {
			continue
		}
		if tickets = append(tickets, t); limit > 0 && len(tickets) == 2*limit {
			tickets, step = everySecond(tickets), 2*step
		}
	}
	tickets = sampleEvenly(tickets, limit)
	uniqueIDs(tickets)
	return tickets, n, errors.Join(problems...)
}

func everySecond(tickets []ports.LabelledTicket) []ports.LabelledTicket {
	kept := tickets[:0]
	for i := 0; i < len(tickets); i += 2 {
		kept = append(kept, tickets[i])
	}
	clear(tickets[len(kept):])
	return kept
}

// uniqueIDs counts on until a name is free, since a later ticket may be called so.
func uniqueIDs(tickets []ports.LabelledTicket) {
	taken, uses := make(map[string]bool, len(tickets)), map[string]int{}
	for _, t := range tickets {
		taken[t.ID] = true
	}
	for i := range tickets {
		id, name := tickets[i].ID, tickets[i].ID
		uses[id]++
		for uses[id] > 1 && taken[name] {
			name = fmt.Sprintf("%s (%d)", id, uses[id])
			if taken[name] {
				uses[id]++
			}
		}
		tickets[i].ID, taken[name] = name, true
	}
}

// sampleEvenly picks n tickets (0: all) from the whole list, so that a file sorted by label or source is not
// cut down to one of them.
func sampleEvenly(tickets []ports.LabelledTicket, n int) []ports.LabelledTicket {
	if n == 0 || n >= len(tickets) {
		return tickets
	}
	picked := make([]ports.LabelledTicket, n)
	for i := range picked {
		picked[i] = tickets[i*len(tickets)/n]
	}
	return picked
}
