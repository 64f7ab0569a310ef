package textreport

import (
	"cmp"
	"io"
	"math"
	"slices"

	"ticketd/app/evaluation"
)

// Training writes the figures of a training.
func Training(w io.Writer, t evaluation.Training) error {
	p := newPage()
	p.textf("%d tickets; figures on tickets that the model did not see:", t.Tickets)
	p.linef("\tcategory %spriority %s", summaryHead, summaryHead)
	p.validation("built in", t.BuiltIn)
	p.validation("trained, near-duplicates left out", t.InDomain)
	if t.OutOfDomain != nil {
		p.validation("trained, whole source left out", *t.OutOfDomain)
		p.leftOut(t.BuiltIn.Sources, t.OutOfDomain.Sources)
	}
	p.curve(t)
	if u := t.Unlearnable; u != nil {
		p.textf("these priority labels cannot be learnt: of %d tickets a model is right in %.1f %%, and always "+
			"the most frequent one would be in %.1f %%; the built-in priorities stay",
			u.Labelled, percent(u.Right, u.Labelled), percent(u.Usual, u.Labelled))
	} else if !t.HasPriority {
		p.textf("there are too few priorities to learn from (each that occurs needs %d): the built-in ones stay",
			t.MinPerLabel)
	}
	if t.Worse() {
		p.textf("the trained model is worse than the built-in classifier: " +
			"more tickets, or more carefully labelled ones, may help")
	}
	return p.writeTo(w)
}

func (p *page) validation(name string, r evaluation.Report) {
	row := summary(r.Category.Summary())
	if r.Priority.N > 0 {
		row += summary(r.Priority.Summary())
	}
	p.linef("%s\t%s", name, row)
}

// leftOut shows what to expect of tickets from somewhere new: both reports have the same sources in the same
// order.
func (p *page) leftOut(builtIn, outOfDomain []evaluation.SourceReport) {
	p.textf("\ncategory by source: what is built in, and a model that was trained without the source:")
	p.linef("source\t%strained: accuracy\tmacro-F1\tECE\t", summaryHead)
	for i, b := range builtIn {
		a := outOfDomain[i].Category
		p.linef("%s\t%s%.3f\t%.3f\t%s\t", cmp.Or(b.Name, "(none)"), summary(b.Category),
			a.Accuracy, a.MacroF1, ece(a.ECE, a.Calibrated))
	}
}

// littleGain is what twice as many labels must add to the macro-F1 to be worth it.
const littleGain = 0.005

// curve shows how much labels add, and what twice as many would.
func (p *page) curve(t evaluation.Training) {
	curve := slices.DeleteFunc(slices.Clone(t.Curve),
		func(c evaluation.CurvePoint) bool { return c.Tickets >= t.AllLearnt })
	if len(curve) == 0 {
		return
	}
	p.textf("\nlearning curve: category of tickets that the model did not see, " +
		"by the tickets that it learnt from:")
	category := t.InDomain.Category
	all := evaluation.CurvePoint{
		Tickets: t.AllLearnt, Accuracy: category.Accuracy, Baseline: category.Baseline.Accuracy,
		MacroF1: category.MacroF1,
	}
	p.linef("tickets\taccuracy\tbaseline\tmacro-F1\t")
	for _, c := range append(slices.Clone(curve), all) {
		p.linef("%d\t%.3f\t%.3f\t%.3f\t", c.Tickets, c.Accuracy, c.Baseline, c.MacroF1)
	}
	before := curve[len(curve)-1]
	if before.Tickets*3/2 > all.Tickets { // too near to tell a slope
		if len(curve) == 1 {
			return
		}
		before = curve[len(curve)-2]
	}
	gain := (all.MacroF1 - before.MacroF1) / math.Log2(float64(all.Tickets)/float64(before.Tickets))
	if gain < littleGain {
		p.textf("more labels of this kind would hardly help")
		return
	}
	p.textf("twice as many labels would add about %.3f to the macro-F1", gain)
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(whole) }
