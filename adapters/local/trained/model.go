package trained

import (
	"math"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/ngrams"
	"ticketd/domain"
)

// classes is the number of categories and that of priorities.
const Classes = 3

// Model is what a training learnt. It never changes and is safe for concurrent use.
type Model struct {
	buckets     []bucket
	unknownIDF  float32
	known       KnownGrams
	blends      Blends
	hasPriority bool
	tickets     int
	hash        string // of the file, in hexadecimal
}

// bucket keeps together what one n-gram needs.
type bucket struct {
	idf                float32 // 0: the training did not have it
	category, priority [Classes]float32
}

// weights are those of one regression, by bucket.
type Weights [][Classes]float32

// Parameters are what a training fits; Priority may be nil.
type Parameters struct {
	IDF                []float32 // by bucket; 0 for a bucket that no ticket has
	UnknownIDF         float32   // of such a bucket
	Known              KnownGrams
	Category, Priority Weights
}

// NewModel copies.
func NewModel(p Parameters) *Model {
	m := &Model{
		buckets: make([]bucket, ngrams.Buckets), unknownIDF: p.UnknownIDF, known: p.Known, hasPriority: p.Priority != nil,
	}
	for i := range m.buckets {
		b := &m.buckets[i]
		if b.idf, b.category = p.IDF[i], p.Category[i]; m.hasPriority {
			b.priority = p.Priority[i]
		}
	}
	return m
}

// With returns the same model with other blends and number of tickets.
func (m *Model) With(b Blends, tickets int) *Model {
	other := *m
	other.blends, other.tickets = b, tickets
	return &other
}

// HasPriority reports whether the training had enough priorities to learn from; if not, the built-in classifier sets them.
func (m *Model) HasPriority() bool { return m.hasPriority }

// Hash begins the SHA-256 of the model's file: enough to tell models apart.
func (m *Model) Hash() string { return m.hash[:min(len(m.hash), shortHash)] }

const shortHash = 8

// logits is what the model alone says of a ticket: log-odds that add to the built-in ones, and how foreign the ticket is.
type Logits struct {
	Category, Priority [Classes]float64
	Novelty            float64
}

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
	s := Logits{Novelty: m.known.novelty(g)}
	for block, inverse := range ngrams.InverseNorms(squares) {
		for c := range Classes {
			s.Category[c] += float64(category[block][c] * inverse)
			s.Priority[c] += float64(priority[block][c] * inverse)
		}
	}
	return s
}

// baseline is what the built-in classifier says of a ticket.
type Baseline struct {
	Scores   [Classes]float64
	Verdict  domain.Verdict
	Excludes bool // some of the ticket's cues are said not to matter
}

// maxScore bounds a built-in score: beyond that it is no more often right.
const maxScore = 3

func NewBaseline(s local.Signals) Baseline {
	o := Baseline{Scores: s.CategoryScores(), Verdict: s.Verdict(), Excludes: s.Excludes()}
	mean := (o.Scores[0] + o.Scores[1] + o.Scores[2]) / Classes
	for c := range o.Scores {
		o.Scores[c] = maxScore * math.Tanh((o.Scores[c]-mean)/maxScore)
	}
	return o
}
