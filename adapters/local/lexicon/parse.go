package lexicon

import (
	"slices"
	"strings"
)

// words takes the blocks of the words that have a rule of their own.
func (p *parser) words(b block) {
	set := make(map[string]struct{}, len(b.lines)<<4)
	for _, l := range b.lines {
		for word := range strings.FieldsSeq(l.text) {
			if _, twice := set[word]; twice {
				p.refuse(l.number, "%q stands twice", word)
			}
			set[word] = struct{}{}
		}
	}
	switch name := strings.Join(b.names, "|"); {
	case name == "dropped" && p.lexicon.Dropped == nil:
		p.lexicon.Dropped = set
	case name == "common" && p.lexicon.Common == nil:
		p.lexicon.Common = set
	default:
		p.refuse(b.line, "[%s] is neither [dropped] nor [common], or stands twice", name)
	}
}

func (p *parser) concept(b block) {
	if len(b.names) != 1 {
		p.refuse(b.line, "a concept must have one name")
		return
	}
	c := Concept{Name: b.names[0], Weights: b.weights, Urgency: b.urgency, Topic: b.topic}
	if _, twice := p.concepts[c.Name]; twice {
		p.refuse(b.line, "the concept %q stands twice", c.Name)
	}
	for _, l := range b.lines {
		for text := range l.entries {
			if cue, ok := p.cue(l.number, text); ok {
				c.Cues = append(c.Cues, cue)
			}
		}
	}
	p.concepts[c.Name] = len(p.lexicon.Concepts)
	p.lexicon.Concepts = append(p.lexicon.Concepts, c)
}

// pair takes each concept of the head with each one below it.
func (p *parser) pair(b block) {
	if b.urgency != 0 || b.topic {
		p.refuse(b.line, "a pair has no urgency and is no topic")
	}
	var firsts, seconds []int
	for _, name := range b.names {
		firsts = p.partner(firsts, b.line, name)
	}
	for _, l := range b.lines {
		for name := range l.entries {
			seconds = p.partner(seconds, l.number, name)
		}
	}
	for _, first := range firsts {
		for _, second := range seconds {
			p.lexicon.Pairs = append(p.lexicon.Pairs, Pair{first, second, b.weights})
		}
	}
}

func (p *parser) partner(partners []int, line int, name string) []int {
	number, known := p.concepts[name]
	switch {
	case !known:
		p.refuse(line, "there is no concept %q", name)
		return partners
	case slices.Contains(partners, number):
		p.refuse(line, "%q stands twice", name)
	}
	return append(partners, number)
}
