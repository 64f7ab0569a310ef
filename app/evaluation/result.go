package evaluation

import (
	"fmt"
	"time"
)

// Result is everything that one evaluation found out. What makes its figures worth less comes first.
type Result struct {
	// Warning is empty, or a sentence that says why the figures promise too much.
	Warning    string    `json:"warning,omitempty"`
	Seen       *Seen     `json:"seen_in_training,omitempty"`
	Classifier string    `json:"classifier"`
	Data       string    `json:"data"`
	Date       time.Time `json:"date"`
	Version    string    `json:"version"` // of the program
	Report     Report    `json:"report"`
	Cascade    *Calls    `json:"cascade,omitempty"`
	Sweep      []Step    `json:"sweep,omitempty"`
	Compared   *Compared `json:"compared,omitempty"`
	Wrong      Wrong     `json:"wrong"`
}

// Seen says how many of the tickets a trained model learnt from. It is nil where nothing was trained.
type Seen struct {
	Known   bool `json:"known"` // false: the model's file does not say what it was trained with
	Tickets int  `json:"tickets"`
}

// warning returns what figures of a model are worth over so many tickets, "" if there is nothing to say.
func (s *Seen) warning(name string, tickets int) string {
	switch {
	case s == nil || s.Known && s.Tickets == 0:
		return ""
	case !s.Known:
		return fmt.Sprintf("the file of %s does not say which tickets it was trained with: "+
			"if these are among them, its figures promise too much.", name)
	}
	return fmt.Sprintf("%s was trained with %d of these %d tickets: "+
		"its figures say what it remembers, not how often it will be right.", name, s.Tickets, tickets)
}

// Warn sets the warning for the classifier and the one that it is compared with.
func (r *Result) Warn() {
	r.Warning = r.Seen.warning(r.Classifier, r.Report.Tickets)
	if c := r.Compared; c != nil {
		if other := c.Seen.warning(c.Other, r.Report.Tickets); other != "" && r.Warning != "" {
			r.Warning += " Also, " + other
		} else {
			r.Warning += other
		}
	}
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
	Seen       *Seen      `json:"seen_in_training,omitempty"`
	Report     *Report    `json:"report,omitempty"` // the other one's, if it was run now
	Comparison Comparison `json:"comparison"`
}
