package local

import (
	"strings"

	"ticketd/adapters/local/lexicon"
)

// A reason names at most this many cues per label, so that it stays far below the length that is kept.
const (
	maxReasonCues   = 3
	minReasonWeight = 0.3 // weaker signs explain nothing
)

// reason says in words of the lexicon, never of the ticket, what the answer rests on: `billing: "refund"; high: "urgent"`.
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

// writeCues writes label and the cues of the concepts with the greatest weight, or nothing if there are none.
func (lex *compiledLexicon) writeCues(b *strings.Builder, r *reading, label string, weight func(*lexicon.Concept) float32) {
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
