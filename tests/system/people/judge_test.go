package people_test

import (
	"errors"
	"fmt"

	"ticketd/domain"
)

// judge says which promise the end of a race breaks.
func (g *race) judge(end domain.Ticket, record []domain.Classification, outcomes map[string]int) error {
	if end.Round() > 1 {
		outcomes["later requests"]++
	}
	return errors.Join(g.judgeRecord(record, outcomes), g.judgeStatus(end), g.judgeLabels(end, record, outcomes))
}

// judgeRecord: one entry for each paid call and for each person's verdict, and at most one verdict that
// counts in each round.
func (g *race) judgeRecord(record []domain.Classification, outcomes map[string]int) error {
	calls, people, counting := 0, 0, map[domain.Round]int{}
	for _, e := range record {
		switch {
		case e.Source == domain.SourceHuman:
			people++
		default:
			calls++
			if e.ErrorCode == "" {
				counting[e.Round]++
			}
			if e.ErrorCode == domain.CodeSuperseded {
				outcomes["superseded answers"]++
			}
		}
	}
	verdicts := 0
	for _, m := range g.made {
		if m.act.corrects() || m.act.edit.Confirmed {
			verdicts++
		}
	}
	for round, n := range counting {
		if n > 1 {
			return fmt.Errorf("round %d has %d verdicts that count", round, n)
		}
	}
	if calls != g.calls || people != verdicts {
		return fmt.Errorf("the record has %d calls and %d people's verdicts; there were %d and %d", calls, people,
			g.calls, verdicts)
	}
	return nil
}

// judgeStatus: whoever opened or closed last has their way.
func (g *race) judgeStatus(end domain.Ticket) error {
	want, last := domain.StatusOpen, int64(0)
	for _, m := range g.made {
		if m.act.edit.Status != (domain.Status{}) && m.ticket.Version() > last {
			want, last = m.act.edit.Status, m.ticket.Version()
		}
	}
	if end.Status() != want {
		return fmt.Errorf("the status is %s, the last edit said %s", end.Status(), want)
	}
	return nil
}

// judgeLabels: a correction stands unless a classification was asked for later, which begins another round.
// Where nobody corrected, the verdict of the round counts, whoever closed, reopened or confirmed meanwhile.
func (g *race) judgeLabels(end domain.Ticket, record []domain.Classification, outcomes map[string]int) error {
	var last *edited
	for i, m := range g.made {
		if m.act.corrects() && m.ticket.Round() == end.Round() &&
			(last == nil || m.ticket.Version() > last.ticket.Version()) {
			last = &g.made[i]
		}
	}
	if last != nil {
		outcomes["a person's labels"]++
		return last.stands(end)
	}
	for _, e := range record {
		if e.Round != end.Round() || e.Source == domain.SourceHuman || e.ErrorCode != "" {
			continue
		}
		outcomes["the machine's labels"]++
		if end.Category() != e.Category || end.Priority() != e.Priority || end.ClassifiedBy() != e.Source ||
			end.AIStatus() != domain.AIStatusDone {
			return errors.New("the verdict that counts is not on the ticket")
		}
		return nil
	}
	return g.judgeFailure(end, record)
}

// judgeFailure: without a verdict every call of the round failed, each for itself, and the last was the
// third.
func (g *race) judgeFailure(end domain.Ticket, record []domain.Classification) error {
	failed := 0
	for _, e := range record {
		if e.Round == end.Round() && e.Source != domain.SourceHuman {
			failed++
			if e.ErrorCode != domain.ErrClassifierUnavailable.Code {
				return fmt.Errorf("nobody corrected, and yet an answer of round %d counts for nothing: %q", e.Round,
					e.ErrorCode)
			}
		}
	}
	if failed != policy.MaxAttempts {
		return fmt.Errorf("the last round ended after %d calls without a verdict", failed)
	}
	return nil
}

// stands says in which the ticket differs from the correction.
func (m edited) stands(end domain.Ticket) error {
	e := m.act.edit
	switch {
	case end.Category() != m.ticket.Category() || end.Priority() != m.ticket.Priority(),
		!e.Category.IsZero() && end.Category() != e.Category, !e.Priority.IsZero() && end.Priority() != e.Priority:
		return fmt.Errorf("the correction to %s, %s does not stand", m.ticket.Category(), m.ticket.Priority())
	case end.ClassifiedBy() != domain.SourceHuman || end.AIStatus() != domain.AIStatusDone ||
		end.AIConfidence() != nil:
		return errors.New("the labels are a person's, and the ticket says otherwise")
	}
	return nil
}
