package textreport

import (
	"cmp"
	"io"

	"ticketd/app/evaluation"
)

// Trained says how good a model is that was just trained. All figures are about tickets that it did not see.
type Trained struct {
	Tickets     int
	BuiltIn     evaluation.Report  // what works without a model
	InDomain    evaluation.Report  // near-duplicates left out
	OutOfDomain *evaluation.Report // whole sources left out; nil if there is only one
	// LacksPriority reports that priorities stay built in, for want of FewestOfEach of each.
	LacksPriority bool
	FewestOfEach  int
}

// Training writes the figures of a training.
func Training(w io.Writer, t Trained) error {
	p := newPage()
	p.textf("%d tickets; figures on tickets that the model did not see:", t.Tickets)
	p.linef("\tcategory n\taccuracy\tmacro-F1\tECE\tpriority n\taccuracy\tmacro-F1\tECE\t")
	p.validation("built in", t.BuiltIn)
	p.validation("trained, near-duplicates left out", t.InDomain)
	if t.OutOfDomain != nil {
		p.validation("trained, whole source left out", *t.OutOfDomain)
		p.leftOut(t.BuiltIn.Sources, t.OutOfDomain.Sources)
	}
	if t.LacksPriority {
		p.textf("there are too few priorities to learn from (each that occurs needs %d): the built-in ones stay", t.FewestOfEach)
	}
	if t.InDomain.Category.MacroF1 < t.BuiltIn.Category.MacroF1 {
		p.textf("the trained model is worse than the built-in classifier: more tickets, or more carefully labelled ones, may help")
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

// leftOut shows what to expect of tickets from somewhere new: both reports have the same sources in the same order.
func (p *page) leftOut(builtIn, outOfDomain []evaluation.SourceReport) {
	p.textf("\ncategory by source: what is built in, and a model that was trained without the source:")
	p.linef("source\tn\taccuracy\tmacro-F1\tECE\ttrained: accuracy\tmacro-F1\tECE\t")
	for i, b := range builtIn {
		a := outOfDomain[i].Category
		p.linef("%s\t%s%.3f\t%.3f\t%s\t", cmp.Or(b.Name, "(none)"), summary(b.Category), a.Accuracy, a.MacroF1, ece(a.ECE, a.Calibrated))
	}
}
