package trained

import "math"

// minTickets is the number of tickets from which on a word counts as known: rarer ones say little.
const minTickets = 4

// statistics are what is counted over all training tickets.
type statistics struct {
	idf        []float32 // by bucket; 0 for a bucket that no ticket has
	unknownIDF float32   // of such a bucket
	knownGrams knownGrams
}

// newStatistics counts.
func newStatistics(examples []*example) statistics {
	s := statistics{idf: make([]float32, buckets)}
	counts := make([]uint32, buckets)
	words := map[uint64]int{}
	grams := 0
	for _, e := range examples {
		for _, f := range e.features {
			counts[f.bucket]++
		}
		for _, w := range e.distinctWords {
			words[w]++
		}
		grams += len(e.pairs) + len(e.triples)
	}
	n := float64(len(examples))
	s.unknownIDF = float32(math.Log(1+n) + 1)
	for i, c := range counts {
		if c > 0 {
			s.idf[i] = float32(math.Log((1+n)/(1+min(n, float64(c)))) + 1)
		}
	}
	s.knownGrams = newKnownGrams(grams + len(words))
	for _, e := range examples {
		for _, grams := range [][]uint64{e.pairs, e.triples} {
			for _, g := range grams {
				s.knownGrams.add(g)
			}
		}
	}
	for w, n := range words {
		if n >= minTickets {
			s.knownGrams.add(w)
		}
	}
	return s
}

// tf dampens the count of an n-gram in one ticket.
func tf(count uint16) float32 {
	if count == 1 {
		return 1
	}
	return float32(1 + math.Log(float64(count)))
}

// values are what the features weigh; each block has the length 1.
func (s *statistics) values(features []feature) []float32 {
	values := make([]float32, len(features))
	var squares [blocks]float32
	for i, f := range features {
		values[i] = tf(f.count) * s.idf[f.bucket]
		squares[f.block] += values[i] * values[i]
	}
	inverse := inverseRoots(squares)
	for i, f := range features {
		values[i] *= inverse[f.block]
	}
	return values
}

func inverseRoots(squares [blocks]float32) [blocks]float32 {
	for b, s := range squares {
		if s > 0 {
			squares[b] = float32(1 / math.Sqrt(float64(s)))
		}
	}
	return squares
}
