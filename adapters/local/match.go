package local

import "ticketd/adapters/local/internal/fold"

const (
	titleWeight     = 1.5
	repeatShare     = 0.25 // of a cue's weight counts if another cue of the concept counts more
	maxStrength     = 2.0  // of a concept, however often it is shown
	negatedStrength = -0.5 // of a concept that is only excluded
	negationSpan    = 5    // words after "not about" that it excludes
)

// reading is one ticket in terms of the lexicon. Its buffers are reused.
type reading struct {
	scanner   scanner
	matches   []match
	cover     []int32
	negated   []bool
	hasTitle  bool
	excludes  bool       // a cue is negated
	strengths []strength // by concept
	touched   []int32
	present   []sentenceConcept // by sentence, each concept once per sentence
}

// strength says how clearly a ticket shows a concept.
type strength struct {
	best, sum, negative float32
	cue                 int32
	seen                uint16 // the last sentence that shows it, counted from 1
}

type sentenceConcept struct {
	sentence uint16
	concept  int32
	weight   float32
}

func newReading(lex *compiledLexicon) *reading {
	return &reading{scanner: scanner{vocab: lex.vocab}, strengths: make([]strength, len(lex.concepts))}
}

func (r *reading) read(lex *compiledLexicon, title, description string) {
	r.scanner.reset()
	r.hasTitle = !fold.Repeats(title, description)
	if r.hasTitle {
		r.scanner.text(title)
	}
	r.scanner.text(description)
	r.matches = lex.phrases.find(r.scanner.tokens, r.matches[:0])
	r.dropCovered()
	r.markNegated(lex)
	r.weigh(lex)
}

// dropCovered drops cues inside longer cues: in "money back guarantee" nothing is said of money.
func (r *reading) dropCovered() {
	n := len(r.scanner.tokens)
	r.cover = append(r.cover[:0], make([]int32, n)...)
	for _, m := range r.matches {
		if m.gapped {
			continue
		}
		for i := m.start; i < m.start+m.length; i++ {
			r.cover[i] = max(r.cover[i], m.length)
		}
	}
	kept := r.matches[:0]
	for _, m := range r.matches {
		if m.gapped || r.exposed(m) {
			kept = append(kept, m)
		}
	}
	r.matches = kept
}

func (r *reading) exposed(m match) bool {
	for _, longest := range r.cover[m.start : m.start+m.length] {
		if longest <= m.length {
			return true
		}
	}
	return false
}

// knownWords counts the words that some cue has.
func (r *reading) knownWords() int {
	n := 0
	for i := range r.scanner.tokens {
		if t := &r.scanner.tokens[i]; t.isWord && t.n > 0 {
			n++
		}
	}
	return n
}

// markNegated marks the words that the text says it is not about.
func (r *reading) markNegated(lex *compiledLexicon) {
	tokens := r.scanner.tokens
	r.negated = append(r.negated[:0], make([]bool, len(tokens))...)
	for _, m := range r.matches {
		from := r.negatedFrom(lex.concepts[lex.cues[m.cue].concept].Name, m)
		clause := tokens[m.start+m.length-1].clause
		for i := from; i < min(from+negationSpan, len(tokens)) && tokens[i].clause == clause; i++ {
			r.negated[i] = true
		}
	}
}

// negatedFrom returns the first word that a match of the concept excludes, or the number of words if it
// excludes none.
func (r *reading) negatedFrom(concept string, m match) int {
	tokens, end := r.scanner.tokens, int(m.start+m.length)
	switch concept {
	case conceptNotTopic:
		return end - 1
	case conceptNotAbout:
		return end
	case conceptNot, conceptNegAction:
		if end < len(tokens) && tokens[end].article {
			return end
		}
	}
	return len(tokens)
}

func (r *reading) weigh(lex *compiledLexicon) {
	for _, c := range r.touched {
		r.strengths[c] = strength{}
	}
	r.touched, r.present, r.excludes = r.touched[:0], r.present[:0], false
	for _, m := range r.matches {
		sentence := r.scanner.tokens[m.start].sentence
		r.note(lex.cues[m.cue].concept, m, sentence, r.sentenceWeight(sentence))
	}
}

func (r *reading) note(concept int32, m match, sentence uint16, weight float32) {
	s := &r.strengths[concept]
	if s.sum == 0 && s.negative == 0 {
		r.touched = append(r.touched, concept)
	}
	if r.negated[m.start] {
		r.excludes = true
		s.negative = max(s.negative, weight)
		return
	}
	if weight > s.best {
		s.best, s.cue = weight, m.cue
	}
	s.sum += weight
	if s.seen != sentence+1 {
		s.seen = sentence + 1
		r.present = append(r.present, sentenceConcept{sentence, concept, weight})
	}
}

// of returns how strongly the ticket shows the concept, below 0 if it only excludes it.
func (r *reading) of(c int32) float32 {
	s := &r.strengths[c]
	if s.sum == 0 {
		return negatedStrength * s.negative
	}
	return min(s.best+repeatShare*(s.sum-s.best), maxStrength)
}

func (r *reading) sentenceWeight(sentence uint16) float32 {
	if r.hasTitle {
		if sentence == 0 {
			return titleWeight
		}
		sentence--
	}
	switch {
	case sentence < 3:
		return 1
	case sentence < 6:
		return 0.7
	}
	return 0.4
}
