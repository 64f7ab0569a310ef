package evaluation

// Result is everything that one evaluation found out.
type Result struct {
	Classifier string    `json:"classifier"`
	Data       string    `json:"data"`
	Report     Report    `json:"report"`
	Cascade    *Calls    `json:"cascade,omitempty"`
	Sweep      []Step    `json:"sweep,omitempty"`
	Compared   *Compared `json:"compared,omitempty"`
	Telling    []Error   `json:"telling_errors,omitempty"`
}

// Calls say for how many tickets a cascade asked the model.
type Calls struct {
	Threshold float64 `json:"threshold"`
	Calls     int     `json:"calls"`
	Saved     float64 `json:"saved"` // share of tickets for which it did not
}

// NewCalls counts what a cascade with this threshold asks for after its first stage.
func NewCalls(first []Outcome, threshold float64) Calls {
	calls := len(GoOn(first, threshold))
	return Calls{threshold, calls, share(len(first)-calls, len(first))}
}

// Compared sets the classifier beside another one: what it won and lost against it.
type Compared struct {
	Other      string     `json:"other"`
	Report     *Report    `json:"report,omitempty"` // the other one's, if it was run now
	Comparison Comparison `json:"comparison"`
}
