package app

import (
	"cmp"
	"fmt"

	"ticketd/app/evaluation"
	"ticketd/ports"
)

// OtherTicketsError refuses the outcomes of other tickets that are called alike: those without an id are
// called after their line.
type OtherTicketsError struct {
	Common int    // tickets with an id that both have
	Differ int    // those of them with other words
	First  string // the id of the first that differs
}

func (e *OtherTicketsError) Error() string {
	if e.Common == 0 {
		return "no ticket is in both runs"
	}
	return fmt.Sprintf("it is about other tickets: of %d with the same id %d have other words, the first is %q",
		e.Common, e.Differ, e.First)
}

func sameTickets(earlier []evaluation.Prediction, tickets []ports.LabelledTicket) error {
	before := make(map[string]string, len(earlier))
	for _, p := range earlier {
		before[p.ID] = p.TextHash
	}
	var bad OtherTicketsError
	for _, t := range tickets {
		hash, found := before[t.ID]
		if !found {
			continue
		}
		if bad.Common++; hash != evaluation.TextHash(t.Text) {
			bad.Differ++
			bad.First = cmp.Or(bad.First, t.ID)
		}
	}
	if bad.Common == 0 || bad.Differ > 0 {
		return &bad
	}
	return nil
}
