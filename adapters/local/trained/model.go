package trained

import (
	"ticketd/adapters/local/internal/ngrams"
	"ticketd/domain"
)

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
	m := &Model{buckets: make([]bucket, ngrams.Buckets), unknownIDF: s.unknownIDF, knownGrams: s.knownGrams, hasPriority: priority != nil}
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

func (m *Model) predict(g *ngrams.Grams) logits {
	var category, priority [ngrams.Blocks][classes]float32
	var squares [ngrams.Blocks]float32
	for _, f := range g.Features {
		b := &m.buckets[f.Bucket]
		if b.idf == 0 {
			x := ngrams.TF(f.Count) * m.unknownIDF
			squares[f.Block] += x * x
			continue
		}
		x := ngrams.TF(f.Count) * b.idf
		squares[f.Block] += x * x
		for c := range classes {
			category[f.Block][c] += x * b.category[c]
			priority[f.Block][c] += x * b.priority[c]
		}
	}
	s := logits{novelty: m.knownGrams.novelty(g)}
	for block, inverse := range ngrams.InverseNorms(squares) {
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
