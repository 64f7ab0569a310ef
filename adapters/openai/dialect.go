package openai

import (
	"context"
	"hash/maphash"
	"log/slog"
	"sync"
	"time"
)

const (
	// forgetAfter is when a step down is tried again: servers are updated, and an outage must switch nothing off
	// for good.
	forgetAfter = time.Hour
	// suspicious is how many unexplained failures a ticket has before its calls leave something out.
	suspicious = 2
	// makeSure is when a suspect that seemed guilty is sent again: an outage may just have ended.
	makeSure = time.Minute
	// maxSuspicious bounds how many tickets' failures are remembered.
	maxSuspicious = 1024
)

// dialect knows what the server behind the URL takes, and learns it from what the server rejects.
type dialect struct {
	mu         sync.Mutex
	never      parameter // there is nothing to send for these
	dropped    map[parameter]*drop
	budget     int
	wanted     int            // the operator's choice, else usualBudget
	fixed      bool           // the operator chose wanted
	most       int            // the most that the server allows by its own words; 0: unknown
	lowered    time.Time      // when the server made budget smaller
	longest    int            // the most that the model's context takes of a description, in bytes; 0: unknown
	shortSince time.Time      // when longest was learnt
	begun      bool           // a call was made
	scout      *scout         // nil if no call is one
	failures   map[uint64]int // unexplained failures by the hash of their ticket
	seed       maphash.Seed
	now        func() time.Time
	log        *slog.Logger
	watch      func(parameter string, dropped bool)
}

// drop is a parameter that the server rejects.
type drop struct {
	why    string
	at     time.Time
	trying bool // a call with the parameter is on its way
}

func newDialect(o Options) *dialect {
	d := &dialect{
		dropped: map[parameter]*drop{}, failures: map[uint64]int{}, seed: maphash.MakeSeed(),
		budget: usualBudget, wanted: usualBudget, now: o.Now, log: o.Log, watch: o.Dropped,
	}
	if o.Effort == "" {
		d.never = paramReasoningEffort
	}
	if o.MaxOutputTokens > 0 {
		d.budget, d.wanted, d.fixed = o.MaxOutputTokens, o.MaxOutputTokens, true
	}
	if d.now == nil {
		d.now = time.Now
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if d.watch == nil {
		d.watch = func(string, bool) {}
	}
	return d
}

// turn is the form of one call, from begin to end.
type turn struct {
	form
	trying  parameter // dropped earlier, and sent again by this call alone
	suspect parameter // left out by this call alone, to see whether the server then succeeds
	scout   *scout    // nil if the call is none
}

// begin returns the form of the next call for a ticket. After failures that the server did not explain,
// each further call leaves out another parameter: an outage fails all of them, a server that stumbles over
// one parameter does not.
func (d *dialect) begin(ctx context.Context, about ticket) turn {
	s := d.first(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.lowered.IsZero() && d.now().Sub(d.lowered) > forgetAfter {
		d.budget, d.most, d.lowered = d.wanted, 0, time.Time{}
	}
	t := turn{form: form{without: d.never, budget: d.budget}, scout: s}
	for p := range d.dropped {
		t.without |= p
	}
	for p, dropped := range d.dropped {
		with := form{without: t.without &^ p}
		if !dropped.trying && d.now().Sub(dropped.at) > forgetAfter && with.sends(p) {
			dropped.trying, t.trying, t.without = true, p, with.without
			break
		}
	}
	if list, n := suspects(t.form), d.failures[d.hash(about)]; n >= suspicious && len(list) > 0 {
		t.suspect = list[(n-suspicious)%len(list)]
		t.without |= t.suspect
	}
	return t
}

// failed notes an unexplained failure, and reports whether the call is worth repeating at once: it is if
// the call tried a dropped parameter, which thereby stays dropped.
func (d *dialect) failed(t *turn, about ticket) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.dropped[t.trying]; known != nil && t.sends(t.trying) {
		known.at = d.now()
		t.without |= t.trying
		return true
	}
	if len(d.failures) >= maxSuspicious {
		clear(d.failures)
	}
	d.failures[d.hash(about)]++
	return false
}

// end learns from the turn's last call; answered says whether the server took it. What was sent again
// without a rejection is no longer dropped. A suspect without which the call succeeded is dropped, and soon
// tried again.
func (d *dialect) end(ctx context.Context, t turn, about ticket, answered bool) {
	d.release(t.scout)
	if answered && t.suspect != 0 {
		d.drop(ctx, t.suspect, "the server fails with it and not without it", forgetAfter-makeSure)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if answered {
		delete(d.failures, d.hash(about))
	}
	dropped := d.dropped[t.trying]
	switch {
	case dropped == nil:
	case answered && t.sends(t.trying):
		delete(d.dropped, t.trying)
		d.log.InfoContext(ctx, "the model's server takes a parameter again", "parameter", nameOf(t.trying))
		d.watch(nameOf(t.trying), false)
	default:
		dropped.trying = false
	}
}

// drop remembers that the server rejects these parameters, as if it had done so age ago. It logs each once.
func (d *dialect) drop(ctx context.Context, which parameter, why string, age time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range steps {
		if which&s.parameter == 0 {
			continue
		}
		if known := d.dropped[s.parameter]; known != nil {
			known.at, known.why = d.now().Add(-age), why
			continue
		}
		d.dropped[s.parameter] = &drop{why: why, at: d.now().Add(-age)}
		d.log.WarnContext(ctx, "the model's server does not take a parameter; calls go on without it",
			"parameter", s.name, "why", why, "cost", s.cost)
		d.watch(s.name, true)
	}
}

// hash stands for a ticket, so that no text is kept in memory.
func (d *dialect) hash(t ticket) uint64 { return maphash.Comparable(d.seed, t) }
