package main

import (
	"cmp"

	"ticketd/adapters/local/trained"
	"ticketd/adapters/local/training"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

func printTraining(out *streams, tickets []ports.LabelledTicket, model *trained.Model, v training.Validation) error {
	p := newPage()
	p.textf("%d tickets; figures on tickets that the model did not see:", len(tickets))
	p.linef("\tcategory n\taccuracy\tmacro-F1\tECE\tpriority n\taccuracy\tmacro-F1\tECE\t")
	builtIn := p.validation("built in", tickets, v.BuiltIn)
	inDomain := p.validation("trained, near-duplicates left out", tickets, v.InDomain)
	if v.OutOfDomain != nil {
		outOfDomain := p.validation("trained, whole source left out", tickets, v.OutOfDomain)
		p.leftOut(builtIn.Sources, outOfDomain.Sources)
	}
	if !model.HasPriority() {
		p.textf("there are too few priorities to learn from (each that occurs needs %d): the built-in ones stay", training.MinPerCategory)
	}
	if inDomain.Category.MacroF1 < builtIn.Category.MacroF1 {
		p.textf("the trained model is worse than the built-in classifier: more tickets, or more carefully labelled ones, may help")
	}
	return p.writeTo(out.stdout)
}

func (p *page) validation(name string, tickets []ports.LabelledTicket, verdicts []domain.Verdict) evaluation.Report {
	outcomes := make([]evaluation.Outcome, len(tickets))
	for i, t := range tickets {
		outcomes[i] = evaluation.Outcome{Ticket: t, Answer: domain.Answer{Verdict: verdicts[i]}}
	}
	r := evaluation.NewReport(outcomes)
	row := summary(r.Category.Summary())
	if r.Priority.N > 0 {
		row += summary(r.Priority.Summary())
	}
	p.linef("%s\t%s", name, row)
	return r
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
