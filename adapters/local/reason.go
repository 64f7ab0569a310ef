package local

import (
	"strings"

	"ticketd/adapters/local/lexicon"
)

const (
	maxReasonCues   = 3   // per label, so that a reason stays far below domain.MaxReason
	minReasonWeight = 0.3 // weaker cues explain nothing
)

// reason names what the answer rests on, in words of the lexicon, never of the ticket: `billing: "refund";
// high: "urgent"`.
func (lex *compiledLexicon) reason(r *reading, res result) string {
	var b strings.Builder
	b.Grow(160)
	name := [categories]string{"billing", "technical", "general"}[res.category]
	lex.writeCues(&b, r, name, func(c *lexicon.Concept) float32 { return c.Weights[res.category] })
	if b.Len() == 0 {
		b.WriteString("no known words")
	}
	switch res.priority {
	case high:
		lex.writeCues(&b, r, "; high", func(c *lexicon.Concept) float32 { return c.Urgency })
	case low:
		lex.writeCues(&b, r, "; low", func(c *lexicon.Concept) float32 { return -c.Urgency })
	}
	return b.String()
}

// writeCues writes the label and the cues of the concepts with the greatest weights, or nothing.
func (lex *compiledLexicon) writeCues(
	b *strings.Builder, r *reading, label string, weight func(*lexicon.Concept) float32,
) {
	var best [maxReasonCues]int32
	var values [maxReasonCues]float32
	for _, c := range r.touched {
		v, cue := max(r.of(c), 0)*weight(&lex.concepts[c]), r.strengths[c].cue
		for i := range best {
			if v > values[i] {
				v, values[i] = values[i], v
				cue, best[i] = best[i], cue
			}
		}
	}
	for i, cue := range best {
		if values[i] < minReasonWeight {
			return
		}
		if i == 0 {
			b.WriteString(label + ": ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(`"` + lex.cues[cue].label + `"`)
	}
}
