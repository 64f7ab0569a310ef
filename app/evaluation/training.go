package evaluation

// Training says how good a model is that was just trained. All figures are about tickets that it did not see.
type Training struct {
	Tickets     int
	BuiltIn     Report  // what works without a model
	InDomain    Report  // near-duplicates left out
	OutOfDomain *Report // whole sources left out; nil with fewer than two sources
	HasPriority bool    // false: priorities stay built in, for want of MinPerLabel of each
	MinPerLabel int
	// Unlearnable says why priorities stay built in though there are enough; nil if they were learnt.
	Unlearnable *Unlearnable
	Curve       []CurvePoint
	// AllLearnt is how many tickets the models of InDomain learnt from.
	AllLearnt int
}

// Unlearnable are priority labels that the texts do not tell.
type Unlearnable struct {
	Labelled int
	Right    int // by models that did not see the ticket
	Usual    int // by always saying the most frequent priority
}

// CurvePoint is how good models of so few tickets are.
type CurvePoint struct {
	Tickets                     int
	Accuracy, Baseline, MacroF1 float64
}

// Worse reports whether the model is worse than what works without one.
func (t Training) Worse() bool { return t.InDomain.Category.MacroF1 < t.BuiltIn.Category.MacroF1 }
