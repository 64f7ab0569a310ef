package classification

import (
	"context"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// CheckedTicket is a ticket of our own and what a classifier made of it.
type CheckedTicket struct {
	Text     domain.Text
	Category domain.Category // the right one
	Attempt  domain.Attempt
}

// CheckClassifier tries a classifier on tickets that leave no doubt, before the first real one comes.
type CheckClassifier struct {
	caller
	timeout time.Duration
}

// NewCheckClassifier wires the use case; timeout is that of one call.
func NewCheckClassifier(c domain.Classifier, timeout time.Duration, clock ports.Clock) *CheckClassifier {
	return &CheckClassifier{caller{classifier: c, clock: clock, meter: ports.NoMeter{}}, timeout}
}

// CheckTexts returns the tickets, one of each category.
func CheckTexts() []CheckedTicket {
	one := func(title, description string, c domain.Category) CheckedTicket {
		text, err := domain.NewText(title, description)
		if err != nil {
			panic(err) // the words below are constants
		}
		return CheckedTicket{Text: text, Category: c}
	}
	return []CheckedTicket{
		one("Charged twice",
			"My card was charged twice for invoice 1042 this month. Please refund one payment.",
			domain.CategoryBilling),
		one("App crashes at the start",
			"Since the last update the app shows an error and closes. None of us can work.",
			domain.CategoryTechnical),
		one("Opening hours",
			"Hello, when is your support available on public holidays? Thank you.", domain.CategoryGeneral),
	}
}

// Handle asks about each ticket once, one after the other, and returns early with what it has when ctx ends.
func (uc *CheckClassifier) Handle(ctx context.Context) []CheckedTicket {
	tickets := CheckTexts()
	for i := range tickets {
		calling, cancel := context.WithTimeout(ctx, uc.timeout)
		tickets[i].Attempt = uc.attempt(calling, tickets[i].Text, 1)
		cancel()
		if ctx.Err() != nil {
			return tickets[:i]
		}
	}
	return tickets
}
