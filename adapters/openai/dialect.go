package openai

import (
	"context"
	"hash/maphash"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"ticketd/adapters/openai/internal/failure"
)

const (
	// forgetAfter is when a step down is tried again: servers are updated, and an outage must switch nothing off for good.
	forgetAfter = time.Hour
	// suspicious is after how many failures of a ticket for which the server named no reason its calls leave something out.
	suspicious = 2
	// makeSure is when something is sent again that a server seemed to fail with: an outage may just have ended.
	makeSure = time.Minute
	// maxSuspicious bounds how many tickets are remembered for that.
	maxSuspicious = 1024
)

// dialect knows what the server behind the URL takes, and learns it from what it rejects.
type dialect struct {
	mu         sync.Mutex
	never      parameter // what there is nothing to send for
	dropped    map[parameter]*drop
	budget     int
	wanted     int            // the operator's choice, else the usual
	fixed      bool           // the operator chose it
	most       int            // what the server named as the most; 0: nothing
	lowered    time.Time      // when the server made it smaller
	longest    int            // the most that the model's context takes of a description, in bytes; 0: unknown
	shortSince time.Time      // when longest was learnt
	failures   map[uint64]int // calls for a ticket that failed for no reason that the server named
	seed       maphash.Seed
	now        func() time.Time
	log        *slog.Logger
	watch      func(parameter string, dropped bool)
}

// drop is a parameter that the server did not take.
type drop struct {
	why    string
	at     time.Time
	trying bool // a call is on its way with it once more
}

// Dropped is a parameter that the server does not take.
type Dropped struct {
	Parameter string // "logprobs"
	Why       string // what the server said or did, in our words
	Cost      string // what is lost by it
}

// steps are the parameters in the order in which a silent failure is looked into, with what a call loses without each.
var steps = []struct {
	parameter
	name, cost string
	words      []string // how servers call it, in lower case
}{
	{paramTopLogprobs, "top_logprobs", "confidences are a little less exact", []string{"top_logprobs", "toplogprobs"}},
	{paramLogprobs, "logprobs", "confidences are the model's own figures", []string{"logprobs", "logprob", "log_probs", "log probabilities", "log-probabilities", "log-probs", "log probs", "responselogprobs"}},
	{paramJSONSchema, "json_schema", "the answer's form is only asked for, not enforced", formatWords},
	{paramResponseFormat, "response_format", "the answer's form is only asked for in words", formatWords},
	{paramTemperature, "temperature", "answers may differ from call to call", []string{"temperature"}},
	{paramReasoningEffort, "reasoning_effort", "AI_REASONING_EFFORT has no effect", []string{"reasoning_effort", "reasoning effort", "reasoning.effort", "thinking"}},
	{paramMaxCompletionTokens, "max_completion_tokens", "the older max_tokens is sent", []string{"max_completion_tokens", "max_output_tokens", "maxoutputtokens"}},
	{paramMaxTokens, "max_tokens", "nothing bounds the size of an answer", []string{"max_tokens", "max_output_tokens", "maxoutputtokens"}},
	{paramSystemRole, "system role", "the instructions stand in the user message", []string{
		"system role", "system message", "system prompt", "system instruction", "developer instruction", "role system", "role: system", "'system' role",
		"role 'system'", "roles must alternate", "\"system\"", "should be 'user' or 'assistant'",
	}},
}

var formatWords = []string{
	"response_format", "response format", "json_schema", "json schema", "json_object", "json mode", "structured output", "structured outputs",
	"structured-output", "guided_json", "guided decoding", "guided_decoding", "guided generation", "additionalproperties", "invalid schema", "grammar", "responseschema", "response_schema", "responsemimetype", "xgrammar", "outlines",
	"json output", "json_output", "json_validate_failed", "failed to generate json",
}

func newDialect(o Options) *dialect {
	d := &dialect{dropped: map[parameter]*drop{}, failures: map[uint64]int{}, seed: maphash.MakeSeed(), budget: usualBudget, wanted: usualBudget, now: o.Now, log: o.Log, watch: o.Dropped}
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

// turn is one call's leave to use a form. Its end must follow.
type turn struct {
	form
	trying  parameter // dropped once, and sent again by this call alone
	suspect parameter // left out by this call alone, to see whether the server fails without it, too
}

// begin gives the form of the next call for a ticket. After failures that the server did not explain, each further call leaves out
// another parameter: an outage fails all of them, a server that stumbles over one does not.
func (d *dialect) begin(about ticket) turn {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.lowered.IsZero() && d.now().Sub(d.lowered) > forgetAfter {
		d.budget, d.most, d.lowered = d.wanted, 0, time.Time{}
	}
	t := turn{form: form{without: d.never, budget: d.budget}}
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

// failed notes a failure that the server did not explain, and reports whether the call is worth making again at once: it is if it tried
// something that was dropped before, which thereby stays dropped.
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

// end takes back what the turn tried again without being refused, and drops what it left out with success; answered says whether the
// server took the call. A suspect is soon tried again, to make sure.
func (d *dialect) end(ctx context.Context, t turn, about ticket, answered bool) {
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

// drop remembers parameters that the server does not take, as if age ago. It says so once for each.
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
		d.log.WarnContext(ctx, "the model's server does not take a parameter; calls go on without it", "parameter", s.name, "why", why, "cost", s.cost)
		d.watch(s.name, true)
	}
}

func nameOf(p parameter) string {
	for _, s := range steps {
		if s.parameter == p {
			return s.name
		}
	}
	return ""
}

// report lists what was dropped, in the order of steps.
func (d *dialect) report() []Dropped {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []Dropped
	for _, s := range steps {
		if known := d.dropped[s.parameter]; known != nil {
			list = append(list, Dropped{s.name, known.why, s.cost})
		}
	}
	return list
}

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

// hash keeps no text in memory.
func (d *dialect) hash(t ticket) uint64 { return maphash.Comparable(d.seed, t) }

// limit remembers the most that the server lets an answer take.
func (d *dialect) limit(most int) {
	d.lower(most)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.most, d.lowered = most, d.now()
}

// lower remembers what a small context has room for.
func (d *dialect) lower(budget int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if budget < d.budget {
		d.budget, d.lowered = budget, d.now()
	}
}

// room is how much of a description the model's context takes, in bytes; 0 if nobody knows.
func (d *dialect) room() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.now().Sub(d.shortSince) > forgetAfter {
		return 0
	}
	return d.longest
}

func (d *dialect) fits(bytes int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.longest, d.shortSince = bytes, d.now()
}

// rejects gives the parameter that the server does not take, of those in a call of the form; 0 if the failure is about something
// else. OpenAI names it in the document's "param", other servers in their message only.
func rejects(f *failure.Failure, sent form, t ticket) parameter {
	if !f.MayReject() {
		return 0
	}
	param := strings.ToLower(f.Problem.Param)
	switch p := firstNamed(param, sent, ticket{}); {
	case p != 0:
		return p
	case strings.HasPrefix(param, "messages") && sent.sends(paramSystemRole) && (strings.HasSuffix(param, "role") || f.Problem.Says(t.sent(), "'system'", "system role", "role")):
		return paramSystemRole
	case f.Problem.UnknownModel(t.sent()):
		return 0
	case !slices.Contains([]string{"", "body", "none", "null"}, param):
		return 0
	}
	if p := firstNamed(strings.ToLower(f.Problem.Message+" "+f.Problem.Code), sent, t); p != 0 || !f.Problem.Says(t.sent(), parameterWords...) {
		return p
	}
	if list := suspects(sent); len(list) > 0 {
		return list[0] // it says what it is about, but not which
	}
	return 0
}

// parameterWords are how servers say that a parameter is too much without naming it. OpenRouter: "No endpoints found that can handle
// the requested parameters".
var parameterWords = []string{"requested parameters", "unsupported parameter", "unknown parameter", "extra inputs are not permitted", "extra fields not permitted", "unknown field"}

// firstNamed returns the first thing in the text that the call has, whatever the ticket may have put there.
func firstNamed(text string, sent form, t ticket) parameter {
	first, at := parameter(0), len(text)
	for _, s := range steps {
		if !sent.sends(s.parameter) {
			continue
		}
		for _, w := range s.words {
			if i := indexWord(text, w); i >= 0 && i < at && !t.sent().Says(w) {
				first, at = s.parameter, i
			}
		}
	}
	return first
}

// indexWord is strings.Index for whole words.
func indexWord(s, word string) int {
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		from = i + len(word)
		before, after := i == 0 || failure.NotWord(rune(s[i-1])) || failure.NotWord(rune(word[0])), from == len(s) || failure.NotWord(rune(s[from])) || failure.NotWord(rune(s[from-1]))
		if before && after {
			return i
		}
	}
}

// suspects are what calls leave out after failures that name nothing, one after the other. All at once comes second: what did no harm is
// soon tried again.
func suspects(sent form) []parameter {
	var list []parameter
	all := parameter(0)
	for _, s := range steps {
		if s.parameter == paramMaxTokens || !sent.sends(s.parameter) {
			continue
		}
		all |= s.parameter
		switch s.parameter {
		case paramTopLogprobs, paramSystemRole, paramMaxCompletionTokens: // rarely to blame alone
		default:
			list = append(list, s.parameter)
		}
	}
	if len(list) < 2 {
		return list
	}
	return slices.Insert(list, 1, all|paramResponseFormat) // second: a ticket has few attempts
}

// Report says what the server takes.
func (c *Classifier) Report() Report {
	return Report{Dropped: c.dialect.report(), FromTokens: c.fromTokens.Load()}
}

// Report is what a Classifier has learnt about its server.
type Report struct {
	Dropped []Dropped
	// FromTokens says that the last verdict's confidence came from the tokens' log-probabilities.
	FromTokens bool
}

// ParameterNames are those that Options.Dropped may be called with.
func ParameterNames() []string {
	names := map[string]bool{}
	for _, s := range steps {
		names[s.name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// mostTokens is the largest size of an answer that the server names, below what was sent; 0 if the failure is about something else.
func (now *turn) mostTokens(f *failure.Failure, t ticket) int {
	if !now.sends(paramMaxCompletionTokens) && !now.sends(paramMaxTokens) {
		return 0
	}
	return f.MostTokens(now.budget, minBudget/4, t.sent())
}
