package trained

import "ticketd/domain"

// Model is what a training learnt. It never changes and is safe for concurrent use.
type Model struct {
	buckets     []bucket
	unknownIDF  float32
	knownGrams  knownGrams
	blends      blends
	hasPriority bool
	tickets     int
	hash        string // of the file, in hexadecimal
}

// bucket keeps together what one n-gram needs.
type bucket struct {
	idf                float32 // 0: the training did not have it
	category, priority [classes]float32
}

// assemble copies; priority may be nil.
func assemble(s *statistics, category, priority weights) *Model {
	m := &Model{buckets: make([]bucket, buckets), unknownIDF: s.unknownIDF, knownGrams: s.knownGrams, hasPriority: priority != nil}
	for i := range m.buckets {
		b := &m.buckets[i]
		if b.idf, b.category = s.idf[i], category[i]; m.hasPriority {
			b.priority = priority[i]
		}
	}
	return m
}

// Tickets is how many the training had.
func (m *Model) Tickets() int { return m.tickets }

// HasPriority reports whether the training had enough priorities to learn from; if not, the built-in classifier sets them.
func (m *Model) HasPriority() bool { return m.hasPriority }

// Hash begins the SHA-256 of the model's file: enough to tell models apart.
func (m *Model) Hash() string { return m.hash[:min(len(m.hash), shortHash)] }

const shortHash = 8

// logits is what the model alone says of a ticket: log-odds that add to the built-in ones, and how foreign the ticket is.
type logits struct {
	category, priority [classes]float64
	novelty            float64
}

func (m *Model) predict(g *grams) logits {
	var category, priority [blocks][classes]float32
	var squares [blocks]float32
	for _, f := range g.features {
		b := &m.buckets[f.bucket]
		if b.idf == 0 {
			x := tf(f.count) * m.unknownIDF
			squares[f.block] += x * x
			continue
		}
		x := tf(f.count) * b.idf
		squares[f.block] += x * x
		for c := range classes {
			category[f.block][c] += x * b.category[c]
			priority[f.block][c] += x * b.priority[c]
		}
	}
	s := logits{novelty: m.knownGrams.novelty(g)}
	for block, inverse := range inverseRoots(squares) {
		for c := range classes {
			s.category[c] += float64(category[block][c] * inverse)
			s.priority[c] += float64(priority[block][c] * inverse)
		}
	}
	return s
}

// judge puts the model's and the built-in view together.
func (m *Model) judge(s logits, builtIn baseline) (domain.Verdict, error) {
	return m.blends.judge(s, builtIn, m.hasPriority)
}
