package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"ticketd/domain"
)

// Days is how far the tickets go back.
const Days = 60

// seed makes every filling the same.
const seed = 1814

// latency is about what the offline classifier takes.
const latency = 2 * time.Millisecond

// step is something that happens to a ticket.
type step struct {
	ticket  int // which one
	at      time.Time
	created domain.Ticket // in the first step of a ticket
	change  func(*domain.Ticket) error
}

// shuffle mixes the trades and returns its argument.
func shuffle(all []madeUp) []madeUp {
	r := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // it is to be foreseen
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// agesOf returns an age for each ticket, the oldest first. A day has most of its tickets in the hours before
// the moment at which the last one came.
func agesOf(all []madeUp) []time.Duration {
	r := rand.New(rand.NewPCG(seed, uint64(len(all)))) //nolint:gosec // it is to be foreseen
	ages := make([]time.Duration, len(all))
	for i := range ages {
		busy := 12 * r.Float64() * r.Float64()
		day := time.Duration(float64(Days-1) * r.Float64() * (0.6 + 0.4*r.Float64()))
		ages[i] = day*24*time.Hour + time.Duration(busy*float64(time.Hour))
	}
	slices.Sort(ages)
	slices.Reverse(ages)
	return ages
}

// life is what happens to one ticket until a moment.
type life struct {
	ticket int
	until  time.Time
	r      *rand.Rand
	t      domain.Ticket // as the steps so far leave it
	last   time.Time     // of these
	steps  []step
}

// after adds a step about as long after the last one as mean says, and reports whether that is still past.
func (l *life) after(mean time.Duration, change func(t *domain.Ticket, at time.Time) error) (bool, error) {
	at := l.last.Add(mean/10 + time.Duration(l.r.ExpFloat64()*float64(mean*9/10)))
	if at.After(l.until) {
		return false, nil
	}
	l.last = at
	s := step{ticket: l.ticket, at: at, change: func(t *domain.Ticket) error { return change(t, at) }}
	l.steps = append(l.steps, s)
	return true, s.change(&l.t)
}

func (l *life) chance(share float64) bool { return l.r.Float64() < share }

func (l *life) oneOf(names ...string) string { return names[l.r.IntN(len(names))] }

// live returns what happens to a ticket from its creation on.
func (uc *FillStore) live(
	ctx context.Context, m madeUp, n int, created, until time.Time, staff []domain.UserID,
) ([]step, error) {
	r := rand.New(rand.NewPCG(seed, uint64(n))) //nolint:gosec // it is to be foreseen
	var known domain.Creators
	if i := r.IntN(5 * len(staff)); i < len(staff) {
		known.Requested = &staff[i]
	}
	t, err := domain.NewTicket(m.title, m.description, known.Requested, known, created)
	if err != nil {
		return nil, err
	}
	answer, err := uc.classifier.Classify(ctx, t.Text())
	if err != nil {
		return nil, err
	}
	l := &life{ticket: n, until: until, r: r, t: t, last: created}
	l.steps = []step{{ticket: n, at: created, created: t}}
	for _, stage := range []func() error{
		func() error { return l.classified(answer, uc.review) },
		func() error { return l.reviewed(m) },
		l.closed,
	} {
		if err := stage(); err != nil {
			return nil, err
		}
	}
	return l.steps, nil
}

// classified ends the first round: a few times with a fallback, after which some are asked about again.
func (l *life) classified(answer domain.Answer, review domain.ReviewPolicy) error {
	sample := review.Sample(l.r.Float64())
	verdict := func(t *domain.Ticket, at time.Time) error {
		t.Classify(t.Round(), domain.Attempt{Number: 1, Answer: answer, Latency: latency, At: at}, sample)
		return nil
	}
	if l.ticket%60 != 35 {
		_, err := l.after(latency, verdict)
		return err
	}
	fallen, err := l.after(time.Second, func(t *domain.Ticket, at time.Time) error {
		late := domain.Attempt{Number: 1, Err: domain.ErrClassifierTimeout, Latency: 4 * time.Second, At: at}
		t.NoteFailure(t.Round(), late)
		late.Number, late.At = 2, at.Add(late.Latency)
		t.FallBack(t.Round(), late)
		return nil
	})
	if err != nil || !fallen || l.chance(0.75) {
		return err
	}
	asked, err := l.after(5*time.Hour, func(t *domain.Ticket, at time.Time) error {
		t.RequestClassification(at)
		return nil
	})
	if err == nil && asked {
		_, err = l.after(latency, verdict)
	}
	return err
}

// reviewed lets a person look: at what waits for a review sooner or later, at the rest by chance, more often
// where it is wrong.
func (l *life) reviewed(m madeUp) error {
	share := 0.12
	switch right := l.t.Category() == m.category; {
	case l.t.AIStatus() == domain.AIStatusFallback:
		share = 0.5
	case l.t.NeedsReview():
		share = 0.88
	case !right:
		share = 0.25
	}
	if !l.chance(share) {
		return nil
	}
	by := l.oneOf("mara", "mara", "jonas", "ines")
	_, err := l.after(22*time.Hour, func(t *domain.Ticket, at time.Time) error {
		if t.Category() == m.category && t.Priority() == m.priority {
			return t.Confirm(by, at)
		}
		t.Correct(m.category, m.priority, by, at)
		return nil
	})
	return err
}

// closed ends the work on most tickets; some come back.
func (l *life) closed() error {
	closing := func(t *domain.Ticket, at time.Time) error {
		t.Close(at)
		return nil
	}
	if l.t.NeedsReview() || l.chance(0.15) {
		return nil
	}
	done, err := l.after(40*time.Hour, closing)
	if err != nil || !done || !l.chance(0.06) {
		return err
	}
	reopened, err := l.after(50*time.Hour, func(t *domain.Ticket, at time.Time) error {
		t.Reopen(at)
		return nil
	})
	if err == nil && reopened && l.chance(0.6) {
		_, err = l.after(20*time.Hour, closing)
	}
	return err
}
