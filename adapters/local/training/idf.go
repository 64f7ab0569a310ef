package training

import (
	"math"

	"ticketd/adapters/local/internal/ngrams"
	"ticketd/adapters/local/trained"
)

// minTickets is the number of tickets from which on a word counts as known: rarer ones say little.
const minTickets = 4

// statistics are what is counted over all training tickets.
type statistics struct {
	idf        []float32 // by bucket; 0 for a bucket that no ticket has
	unknownIDF float32   // of such a bucket
	known      trained.KnownGrams
}

// newStatistics counts.
func newStatistics(examples []*example) statistics {
	s := statistics{idf: make([]float32, ngrams.Buckets)}
	counts := make([]uint32, ngrams.Buckets)
	words := map[uint64]int{}
	grams := 0
	for _, e := range examples {
		for _, f := range e.Features {
			counts[f.Bucket]++
		}
		for _, w := range e.distinctWords {
			words[w]++
		}
		grams += len(e.Pairs) + len(e.Triples)
	}
	n := float64(len(examples))
	s.unknownIDF = float32(math.Log(1+n) + 1)
	for i, c := range counts {
		if c > 0 {
			s.idf[i] = float32(math.Log((1+n)/(1+min(n, float64(c)))) + 1)
		}
	}
	s.known = trained.NewKnownGrams(grams + len(words))
	for _, e := range examples {
		for _, grams := range [][]uint64{e.Pairs, e.Triples} {
			for _, g := range grams {
				s.known.Add(g)
			}
		}
	}
	for w, n := range words {
		if n >= minTickets {
			s.known.Add(w)
		}
	}
	return s
}

func (s *statistics) parameters(category, priority trained.Weights) trained.Parameters {
	return trained.Parameters{
		IDF: s.idf, UnknownIDF: s.unknownIDF, Known: s.known, Category: category, Priority: priority,
	}
}

// values are what the features weigh; each block has the length 1.
func (s *statistics) values(features []ngrams.Feature) []float32 {
	values := make([]float32, len(features))
	var squares [ngrams.Blocks]float32
	for i, f := range features {
		values[i] = ngrams.TF(f.Count) * s.idf[f.Bucket]
		squares[f.Block] += values[i] * values[i]
	}
	inverse := ngrams.InverseNorms(squares)
	for i, f := range features {
		values[i] *= inverse[f.Block]
	}
	return values
}
