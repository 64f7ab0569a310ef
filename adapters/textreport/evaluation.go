package textreport

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"ticketd/app/evaluation"
)

// Evaluation writes the figures of an evaluation.
func Evaluation(w io.Writer, result evaluation.Result) error {
	p, r := newPage(), result.Report
	if result.Warning != "" {
		p.textf("Warning: %s", result.Warning)
	}
	p.textf("%s on %s", result.Classifier, result.Data)
	p.textf("%s, %s", result.Date.Format("2006-01-02 15:04 MST"), result.Version)
	p.textf("%d tickets, %d classified, %d fallbacks%s, %d failed calls",
		r.Tickets, r.Answered, r.Fallbacks, reasons(r.Errors), r.FailedCalls)
	if c := result.Cascade; c != nil {
		p.textf("the model was asked about %d of them: %.1f %% of the calls saved at threshold %.2f",
			c.Calls, 100*c.Saved, c.Threshold)
	}
	p.metrics("category", r.Category)
	p.metrics("priority", r.Priority)
	p.sources(r.Sources)
	p.worst(r.Worst)
	p.stages(r.Stages)
	p.sweep(result.Sweep)
	p.compared(result.Compared)
	p.wrong("category", result.Wrong.Category)
	p.wrong("priority", result.Wrong.Priority)
	p.textf("\nlatency in ms: %s; tokens: %d input, %d output", r.Latency, r.Tokens.Input, r.Tokens.Output)
	return p.writeTo(w)
}

func reasons(errors map[string]int) string {
	text := ""
	for _, code := range slices.Sorted(maps.Keys(errors)) {
		text += fmt.Sprintf(", %s %d", code, errors[code])
	}
	if text != "" {
		text = " (" + text[2:] + ")"
	}
	return text
}

func (p *page) metrics(field string, f evaluation.Metrics) {
	if f.N == 0 {
		p.textf("\n%s: no right labels to compare with", field)
		return
	}
	p.textf("\n%s: accuracy %.3f (always %s: %.3f), macro-F1 %.3f, ECE %s (n = %d)",
		field, f.Accuracy, f.Baseline.Label, f.Baseline.Accuracy, f.MacroF1,
		ece(f.Calibration.ECE, f.Calibration.N), f.N)
	if unknown := f.Unknown(); unknown > 0 {
		p.textf("%d of them came without a confidence: they are not in ECE, and coverage does not reach them",
			unknown)
	}
	if f.Accuracy <= f.Baseline.Accuracy {
		p.textf("it is no better than always to say %s", f.Baseline.Label)
	}
	p.coverage(f.Coverage)
	p.coverage(f.StrictCoverage)
	head := "right \\ said\t"
	for _, l := range f.Confusion.Labels {
		head += l + "\t"
	}
	p.linef("%sn\tprecision\trecall\tF1\t", head)
	for i, c := range f.Classes {
		row := c.Name + "\t"
		for _, n := range f.Confusion.Counts[i] {
			row += fmt.Sprintf("%d\t", n)
		}
		p.linef("%s%d\t%.3f\t%.3f\t%.3f\t", row, c.Right, c.Precision, c.Recall, c.F1)
	}
}

func (p *page) coverage(c evaluation.Coverage) {
	if c.Share == 0 {
		p.textf("no part can be taken with %.0f %% precision", 100*c.Precision)
		return
	}
	p.textf("with %.0f %% precision %.1f %% can be taken: those with a confidence from %.2f on",
		100*c.Precision, 100*c.Share, c.Threshold)
}

func (p *page) worst(w *evaluation.Worst) {
	if w == nil {
		return
	}
	a := w.Accuracy
	p.textf("\nthe worst source with at least %d tickets: %s with an accuracy of %.3f (baseline: %.3f)",
		evaluation.EnoughForWorst, cmp.Or(a.Name, "(none)"), a.Category.Accuracy, a.Category.Baseline)
	if c := w.Calibration; c != nil {
		p.textf("the one whose confidence is farthest from the truth: %s with an ECE of %.3f",
			cmp.Or(c.Name, "(none)"), c.Category.ECE)
	}
}

// maxListed keeps the text readable; --json and --report have the rest.
const maxListed = 20

// wrong shows mistakes as sentences: a table would be as wide as the longest text.
func (p *page) wrong(field string, mistakes []evaluation.Mistake) {
	if len(mistakes) == 0 {
		return
	}
	hint := " (--show-text shows how they begin)"
	if mistakes[0].Title != "" {
		hint = ""
	}
	p.textf("\nwrong %s (%d), those first of which it was most sure%s:", field, len(mistakes), hint)
	for _, m := range mistakes[:min(len(mistakes), maxListed)] {
		sure := "–"
		if m.Confidence != nil {
			sure = fmt.Sprintf("%.2f", *m.Confidence)
		}
		p.textf("%s: %s is %s, not %s", sure, m.ID, m.Right, m.Predicted)
		if m.Title != "" {
			p.textf("      %s", m.Title)
			p.textf("      %s", m.Text)
		}
		if m.Reason != "" {
			p.textf("      because of %s", m.Reason)
		}
	}
	if more := len(mistakes) - maxListed; more > 0 {
		p.textf("%d more, see --json or --report", more)
	}
}

func (p *page) sources(sources []evaluation.SourceReport) {
	if len(sources) == 0 {
		return
	}
	p.textf("\nby source, category and (where known) priority; the baseline is always the most frequent label:")
	p.linef("source\t%spriority %s", summaryHead, summaryHead)
	for _, s := range sources {
		row := fmt.Sprintf("%s\t%s", cmp.Or(s.Name, "(none)"), summary(s.Category))
		if s.Priority.N > 0 {
			row += summary(s.Priority)
		}
		p.linef("%s", row)
	}
}

const summaryHead = "n\taccuracy\tbaseline\tmacro-F1\tECE\t"

func summary(s evaluation.Summary) string {
	return fmt.Sprintf("%d\t%.3f\t%.3f\t%.3f\t%s\t",
		s.N, s.Accuracy, s.Baseline, s.MacroF1, ece(s.ECE, s.Calibrated))
}

// ece is a dash where no answer came with a confidence: 0 would be praise.
func ece(figure float64, calibrated int) string {
	if calibrated == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3f", figure)
}

func (p *page) stages(stages []evaluation.StageReport) {
	p.textf("\nanswered by:")
	p.linef("stage\tmodel\tshare\t%s", summaryHead)
	for _, s := range stages {
		p.linef("%s\t%s\t%.1f %%\t%s", s.Source, s.Model, 100*s.Share, summary(s.Category))
	}
}

func (p *page) sweep(steps []evaluation.Step) {
	if len(steps) == 0 {
		return
	}
	p.textf("\nwhat CASCADE_THRESHOLD would mean:")
	p.linef("threshold\tcalls\tsaved\taccuracy\tbaseline\tmacro-F1\tECE\tfallbacks\t" +
		"input tokens\toutput tokens\t")
	for _, s := range steps {
		p.linef("%.2f\t%d\t%.1f %%\t%.3f\t%.3f\t%.3f\t%s\t%d\t%d\t%d\t",
			s.Threshold, s.Calls.Calls, 100*s.Saved, s.Accuracy, s.Baseline, s.MacroF1,
			ece(s.ECE, s.Calibrated), s.Fallbacks, s.Tokens.Input, s.Tokens.Output)
	}
}

func (p *page) compared(c *evaluation.Compared) {
	if c == nil {
		return
	}
	d := c.Comparison
	p.textf("\nagainst %s: %d won, %d lost, %d both right, %d both wrong (McNemar's exact test: p = %.2g)",
		c.Other, len(d.Won), len(d.Lost), d.BothRight, len(d.BothWrong), d.McNemarP)
	if c.Report != nil {
		o := c.Report.Category
		p.textf("its category: accuracy %.3f (always %s: %.3f), macro-F1 %.3f, ECE %s",
			o.Accuracy, o.Baseline.Label, o.Baseline.Accuracy, o.MacroF1,
			ece(o.Calibration.ECE, o.Calibration.N))
	}
	if d.Missing > 0 {
		p.textf("%d tickets were seen by only one of them", d.Missing)
	}
	p.flips("won", d.Won)
	p.flips("lost", d.Lost)
	p.flips("both wrong", d.BothWrong)
}

func (p *page) flips(what string, flips []evaluation.Flip) {
	for i, f := range flips {
		if i == maxListed {
			p.textf("%s: %d more, see --json or --report", what, len(flips)-maxListed)
			return
		}
		p.textf("%s: %s is %s: %s before, %s now",
			what, f.ID, f.Right, cmp.Or(f.Before, "fallback"), cmp.Or(f.Now, "fallback"))
	}
}
