package trained

import (
	"math"
	"slices"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/ngrams"
	"ticketd/domain"
)

// Classes is the number of categories and that of priorities.
const Classes = 3

// PerClass holds a number for each category or each priority, in the order of the domain.
type PerClass = [Classes]float64

// Model is the result of a training. It never changes and is safe for concurrent use.
type Model struct {
	buckets     []bucket
	unknownIDF  float32
	known       KnownGrams
	blends      Blends
	hasPriority bool
	tickets     int
	trainedWith Fingerprints
	hash        string // of the file, in hexadecimal
}

// bucket keeps together what one n-gram needs.
type bucket struct {
	idf                float32 // 0: the training did not have it
	category, priority [Classes]float32
}

// Parameters are fitted by a training.
type Parameters struct {
	IDF        []float32 // by bucket; 0 for a bucket that no ticket has
	UnknownIDF float32   // of such a bucket
	Known      KnownGrams
	Category   Weights
	Priority   Weights // nil: the built-in classifier sets the priorities
}

// Weights are those of one regression, by bucket.
type Weights [][Classes]float32

// NewModel returns a model without blends: it can Predict.
func NewModel(p Parameters) *Model {
	m := &Model{
		buckets: make([]bucket, ngrams.Buckets), unknownIDF: p.UnknownIDF, known: p.Known,
		hasPriority: p.Priority != nil,
	}
	for i := range m.buckets {
		b := &m.buckets[i]
		if b.idf, b.category = p.IDF[i], p.Category[i]; m.hasPriority {
			b.priority = p.Priority[i]
		}
	}
	return m
}

// With returns the model with blends and what it was trained with.
func (m *Model) With(b Blends, tickets []domain.Text) *Model {
	complete := *m
	complete.blends, complete.tickets = b, len(tickets)
	complete.trainedWith = NewFingerprints(tickets)
	return &complete
}

// TrainedWith returns the fingerprints of the tickets that it was trained with.
func (m *Model) TrainedWith() Fingerprints { return m.trainedWith }

// WithoutPriority returns the model without what it learnt of the priorities.
func (m *Model) WithoutPriority() *Model {
	without := *m
	without.hasPriority, without.buckets = false, slices.Clone(m.buckets)
	for i := range without.buckets {
		without.buckets[i].priority = [Classes]float32{}
	}
	return &without
}

// HasPriority reports whether the training could learn priorities; if not, the built-in ones stay.
func (m *Model) HasPriority() bool { return m.hasPriority }

// Hash returns the beginning of the SHA-256 of the model's file: enough to tell models apart.
func (m *Model) Hash() string { return m.hash[:min(len(m.hash), shortHash)] }

const shortHash = 8

// Logits are what a model predicts of a ticket: log-odds that add to the built-in ones, and the ticket's
// novelty.
type Logits struct {
	Category, Priority PerClass
	Novelty            float64
}

// Predict returns what the model alone says.
func (m *Model) Predict(g *ngrams.Grams) Logits {
	var category, priority [ngrams.Blocks][Classes]float32
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
		for c := range Classes {
			category[f.Block][c] += x * b.category[c]
			priority[f.Block][c] += x * b.priority[c]
		}
	}
	l := Logits{Novelty: m.known.novelty(g)}
	for block, inverse := range ngrams.InverseNorms(squares) {
		for c := range Classes {
			l.Category[c] += float64(category[block][c] * inverse)
			l.Priority[c] += float64(priority[block][c] * inverse)
		}
	}
	return l
}

// Baseline is what the built-in classifier says of a ticket.
type Baseline struct {
	Scores             PerClass // log-odds of the categories, around 0
	Verdict            domain.Verdict
	PriorityConfidence float64
	Excludes           bool // the text excludes a topic
}

// maxScore bounds a built-in score: beyond it the lexicon is no more often right.
const maxScore = 3

// NewBaseline returns the baseline of a ticket.
func NewBaseline(s local.Signals) Baseline {
	b := Baseline{
		Scores: s.CategoryScores(), Verdict: s.Verdict(),
		PriorityConfidence: *s.Verdict().PriorityConfidence(), Excludes: s.Excludes(),
	}
	mean := (b.Scores[0] + b.Scores[1] + b.Scores[2]) / Classes
	for c := range b.Scores {
		b.Scores[c] = maxScore * math.Tanh((b.Scores[c]-mean)/maxScore)
	}
	return b
}
