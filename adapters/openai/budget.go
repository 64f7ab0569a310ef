package openai

import "ticketd/adapters/openai/internal/failure"

const (
	// usualBudget bounds what a run-away answer costs, in tokens. A verdict takes about 80; the rest is room
	// for the thoughts of models that think first, which count too.
	usualBudget = 2000
	// maxBudget is the most that thoughts get; a model that needs more counts as one that never answers.
	maxBudget = 16000
	// minBudget is the least that holds a verdict with its reason.
	minBudget = 256
	// usualText is longer than most descriptions, in bytes.
	usualText = 2000
)

// raise makes room for a model that thinks longer, and reports whether the next call has more than budget.
func (d *dialect) raise(budget int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.fixed && budget == d.budget && budget < maxBudget {
		d.budget = min(max(4*budget, 8000), maxBudget)
		if d.most > 0 {
			d.budget = min(d.budget, d.most)
		}
	}
	return d.budget > budget
}

// limit remembers the most tokens that the server allows an answer.
func (d *dialect) limit(most int) {
	d.lower(most)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.most, d.lowered = most, d.now()
}

// lower remembers the budget that a small context has room for.
func (d *dialect) lower(budget int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if budget < d.budget {
		d.budget, d.lowered = budget, d.now()
	}
}

// room returns how much of a description the model's context takes, in bytes; 0 if nobody knows.
func (d *dialect) room() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.now().Sub(d.shortSince) > forgetAfter {
		return 0
	}
	return d.longest
}

// fits remembers that a description of so many bytes fits the model's context, and a longer one did not.
func (d *dialect) fits(bytes int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.longest, d.shortSince = bytes, d.now()
}

// smaller makes a call that did not fit the model's context smaller: first its answer, then its text. It
// reports whether it could.
func (now *turn) smaller(t *ticket) bool {
	if now.budget > minBudget {
		now.budget = max(now.budget/4, minBudget)
		return true
	}
	if len(t.description) <= minShort {
		return false
	}
	*t = t.shortenedTo(max(len(t.description)/2, minShort))
	return true
}

// mostTokens returns the largest size of an answer that the server names, below what was sent; 0 if the
// failure is about something else.
func (now *turn) mostTokens(f *failure.Failure, t ticket) int {
	if !now.sends(paramMaxCompletionTokens) && !now.sends(paramMaxTokens) {
		return 0
	}
	return f.MostTokens(now.budget, minBudget/4, t.sent())
}
