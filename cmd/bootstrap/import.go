package bootstrap

import (
	"ticketd/adapters/openai"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/app/importing"
)

// importTries are how often a batch that is paid for is brought to a store that is away: for one to two
// minutes.
const importTries = 8

// Importing is what the command import works with.
type Importing struct {
	Tickets *importing.ImportTickets
	Asked   app.Candidate // about the tickets; the zero value: nobody is
	Slots   int           // calls in flight at a time; 0 if workers make them
}

// Import returns the use case over the store. If the settings name no classifier, nobody is asked about the
// tickets. In queue mode the workers are taken to have the settings of this process.
func (a *App) Import() (Importing, error) {
	var i Importing
	labels := importing.Unclassified(a.clock)
	switch {
	case a.settings.Classifier.Name == "":
	case a.publisher != nil:
		c, err := NewCandidate(a.settings.Classifier)
		if err != nil {
			return Importing{}, err
		}
		c.Close() // it is only asked what it would cost
		i.Asked, labels = c.Candidate, importing.Announced(a.publisher, a.log)
	default:
		i.Asked, i.Slots = a.candidate.Candidate, importing.ImportSlots
		calls := CommandCalls(a.candidate.Timeout, i.Slots)
		labels = importing.Classified(a.candidate.Classifier, calls, a.settings.Review, a.clock)
	}
	policy := classification.RetryLater(importTries)
	i.Tickets = importing.NewImportTickets(a.store, a.store, labels, policy, a.clock)
	return i, nil
}

// Asker returns what the import asks, for the estimate of what that costs.
func (i Importing) Asker() importing.Asker {
	if i.Asked.Model == "" {
		return importing.Asker{}
	}
	a := importing.Asker{Estimate: openai.EstimateTokens}
	if i.Asked.Stages != nil {
		a.First, a.Threshold = i.Asked.Stages.First, i.Asked.Stages.Threshold
	}
	return a
}
