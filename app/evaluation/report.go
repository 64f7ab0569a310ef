package evaluation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ticketd/domain"
)

// Report holds all figures of one classifier over one set of tickets. Fallbacks count in Tickets, Fallbacks,
// FailedCalls and Tokens, and as tickets that Coverage does not reach: a fallback is no answer, neither right
// nor confident.
type Report struct {
	Tickets     int            `json:"tickets"`
	Answered    int            `json:"answered"`
	Fallbacks   int            `json:"fallbacks"`
	FailedCalls int            `json:"failed_calls"`
	Errors      map[string]int `json:"errors,omitempty"` // fallbacks by the code of their last error
	Category    Metrics        `json:"category"`
	Priority    Metrics        `json:"priority"`
	Sources     []SourceReport `json:"sources,omitempty"`
	Worst       *Worst         `json:"worst,omitempty"`
	Stages      []StageReport  `json:"stages"`
	Latency     Latency        `json:"latency_ms"`
	Tokens      Tokens         `json:"tokens"`
}

// SourceReport is the short report of the tickets that come from one place.
type SourceReport struct {
	Name     string  `json:"name"`
	Tickets  int     `json:"tickets"`
	Category Summary `json:"category"`
	Priority Summary `json:"priority"`
}

// StageReport is the short report of the tickets that one model answered.
type StageReport struct {
	Source   string  `json:"source"`
	Model    string  `json:"model"`
	Share    float64 `json:"share"` // of the answered tickets
	Category Summary `json:"category"`
}

// Summary is the part of Metrics that fits into a line.
type Summary struct {
	N          int     `json:"n"`
	Accuracy   float64 `json:"accuracy"`
	Baseline   float64 `json:"baseline"` // the accuracy of the best constant
	MacroF1    float64 `json:"macro_f1"`
	Calibrated int     `json:"calibrated"` // how many of N came with a confidence: ECE is of these
	ECE        float64 `json:"ece"`
}

// Summary leaves the details out.
func (f Metrics) Summary() Summary {
	return Summary{f.N, f.Accuracy, f.Baseline.Accuracy, f.MacroF1, f.Calibration.N, f.Calibration.ECE}
}

// Latency holds percentiles of the calls that answered, in milliseconds.
type Latency struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func (l Latency) String() string {
	return fmt.Sprintf("%s median, %s p90, %s p99, %s at most",
		millis(l.P50), millis(l.P90), millis(l.P99), millis(l.Max))
}

// millis keeps three digits or more: the local classifier takes microseconds, a model seconds.
func millis(ms float64) string {
	switch {
	case ms < 1:
		return fmt.Sprintf("%.4f", ms)
	case ms < 100:
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

// Tokens are those of all calls, as far as the server says.
type Tokens struct {
	Input  int `json:"input"`
	Output int `json:"output"`
}

// NewReport computes the figures.
func NewReport(outcomes []Outcome) Report {
	r := Report{Tickets: len(outcomes), Category: categoryMetrics(outcomes), Priority: priorityMetrics(outcomes)}
	var latencies []time.Duration
	for _, o := range outcomes {
		r.FailedCalls += o.FailedCalls
		r.Tokens.Input += o.InputTokens
		r.Tokens.Output += o.OutputTokens
		if o.Failed() {
			r.fallBack(o)
			continue
		}
		r.Answered++
		latencies = append(latencies, o.Latency)
	}
	r.Latency = percentiles(latencies)
	r.Sources = sourceReports(outcomes)
	r.Worst = worstOf(r.Sources)
	r.Stages = stageReports(outcomes, r.Answered)
	return r
}

func (r *Report) fallBack(o Outcome) {
	r.Fallbacks++
	if r.Errors == nil {
		r.Errors = map[string]int{}
	}
	r.Errors[domain.CodeOf(o.Err)]++
}

func categoryMetrics(outcomes []Outcome) Metrics {
	return Measure(CategoryLabels(), CategoryJudgements(outcomes), len(outcomes))
}

func priorityMetrics(outcomes []Outcome) Metrics {
	known := 0
	for _, o := range outcomes {
		if !o.Ticket.Priority.IsZero() {
			known++
		}
	}
	return Measure(PriorityLabels(), PriorityJudgements(outcomes), known)
}

// sourceReports is nil if no ticket says where it comes from.
func sourceReports(outcomes []Outcome) []SourceReport {
	var reports []SourceReport
	names, bySource := groups(outcomes, func(o Outcome) string { return o.Ticket.Source })
	if len(names) == 1 && names[0] == "" {
		return nil
	}
	for _, name := range names {
		part := bySource[name]
		category, priority := categoryMetrics(part).Summary(), priorityMetrics(part).Summary()
		reports = append(reports, SourceReport{name, len(part), category, priority})
	}
	return reports
}

func stageReports(outcomes []Outcome, answered int) []StageReport {
	var reports []StageReport
	const gap = "\x00"
	names, byModel := groups(outcomes, func(o Outcome) string {
		return o.Answer.Source.String() + gap + o.Answer.Model
	})
	for _, name := range names {
		f := categoryMetrics(byModel[name])
		source, model, _ := strings.Cut(name, gap)
		if f.N > 0 {
			reports = append(reports, StageReport{source, model, share(f.N, answered), f.Summary()})
		}
	}
	return reports
}

func groups(outcomes []Outcome, key func(Outcome) string) (names []string, parts map[string][]Outcome) {
	parts = map[string][]Outcome{}
	for _, o := range outcomes {
		k := key(o)
		if parts[k] == nil {
			names = append(names, k)
		}
		parts[k] = append(parts[k], o)
	}
	slices.Sort(names)
	return names, parts
}

// percentiles are nearest-rank.
func percentiles(ds []time.Duration) Latency {
	if len(ds) == 0 {
		return Latency{}
	}
	slices.Sort(ds)
	at := func(percent int) float64 {
		rank := (percent*len(ds) + 99) / 100
		return float64(ds[rank-1]) / float64(time.Millisecond)
	}
	return Latency{at(50), at(90), at(99), at(100)}
}
