package training

import (
	"math"

	"ticketd/adapters/local/internal/ngrams"
	"ticketd/adapters/local/trained"
)

// minTickets is in how many tickets a word must occur to count as known: rarer ones say little.
const minTickets = 4

// countGrams returns the parameters that are counted, not fitted.
func countGrams(examples []*example) trained.Parameters {
	counts := make([]uint32, ngrams.Buckets)
	words := map[uint64]int{}
	sequences := 0
	for _, e := range examples {
		for _, f := range e.Features {
			counts[f.Bucket]++
		}
		for _, w := range e.distinctWords {
			words[w]++
		}
		sequences += len(e.Pairs) + len(e.Triples)
	}
	n := float64(len(examples))
	p := trained.Parameters{
		IDF: make([]float32, ngrams.Buckets), UnknownIDF: float32(math.Log(1+n) + 1),
		Known: trained.NewKnownGrams(sequences + len(words)),
	}
	for i, c := range counts {
		if c > 0 {
			p.IDF[i] = float32(math.Log((1+n)/(1+min(n, float64(c)))) + 1)
		}
	}
	learnGrams(p.Known, examples, words)
	return p
}

func learnGrams(known trained.KnownGrams, examples []*example, words map[uint64]int) {
	for _, e := range examples {
		for _, grams := range [][]uint64{e.Pairs, e.Triples} {
			for _, g := range grams {
				known.Add(g)
			}
		}
	}
	for w, n := range words {
		if n >= minTickets {
			known.Add(w)
		}
	}
}

// tfidf returns the values of the features; each block has the length 1.
func tfidf(idf []float32, features []ngrams.Feature) []float32 {
	values := make([]float32, len(features))
	var squares [ngrams.Blocks]float32
	for i, f := range features {
		values[i] = ngrams.TF(f.Count) * idf[f.Bucket]
		squares[f.Block] += values[i] * values[i]
	}
	inverse := ngrams.InverseNorms(squares)
	for i, f := range features {
		values[i] *= inverse[f.Block]
	}
	return values
}
