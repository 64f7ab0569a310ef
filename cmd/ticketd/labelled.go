package main

import (
	"context"
	"errors"
	"fmt"

	"ticketd/adapters/files"
	"ticketd/ports"
)

// maxProblems is how many wrong rows are named before reading stops.
const maxProblems = 10

// readLabelled reads a whole file of labelled tickets.
func readLabelled(ctx context.Context, path string) ([]ports.LabelledTicket, error) {
	file, err := files.NewLabelled(path)
	if err != nil {
		return nil, err
	}
	tickets, err := collect(ctx, file)
	if err == nil && len(tickets) == 0 {
		err = fmt.Errorf("%s: there is no ticket in it", path)
	}
	return tickets, err
}

// collect takes all tickets of a source. If some are wrong, it names the first ones. An id that stands twice is made different from
// its first use.
func collect(ctx context.Context, source ports.LabelledTickets) ([]ports.LabelledTicket, error) {
	var tickets []ports.LabelledTicket
	var problems []error
	seen := map[string]int{}
	for t, err := range source.LabelledTickets(ctx) {
		if err != nil {
			problems = append(problems, err)
			if len(problems) == maxProblems {
				problems = append(problems, errors.New("and perhaps more"))
				break
			}
			continue
		}
		seen[t.ID]++
		if n := seen[t.ID]; n > 1 {
			t.ID = fmt.Sprintf("%s (%d)", t.ID, n)
		}
		tickets = append(tickets, t)
	}
	return tickets, errors.Join(problems...)
}

// spread picks n tickets evenly from the whole list, so that a file sorted by label or source is not cut down to one of them.
func spread(tickets []ports.LabelledTicket, n int) []ports.LabelledTicket {
	if n == 0 || n >= len(tickets) {
		return tickets
	}
	picked := make([]ports.LabelledTicket, n)
	for i := range picked {
		picked[i] = tickets[i*len(tickets)/n]
	}
	return picked
}
