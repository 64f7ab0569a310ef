package trained

import (
	"math"

	"ticketd/adapters/local/internal/ngrams"
)

// knownGrams remembers which n-grams of words the training had, in a Bloom filter (Bloom 1970): it may take a new one for known, in a few
// of a hundred cases, but never the other way round.
type KnownGrams struct{ bits []uint64 }

const (
	bitsPerGram = 8 // with two bits set per n-gram: 5 % false
	minBits     = 1 << 10
	maxBits     = 1 << 24 // 2 MB
)

func NewKnownGrams(grams int) KnownGrams {
	n := minBits
	for n < bitsPerGram*grams && n < maxBits {
		n *= 2
	}
	return KnownGrams{make([]uint64, n/64)}
}

func (s KnownGrams) Add(hash uint64) {
	for _, bit := range s.positions(hash) {
		s.bits[bit/64] |= 1 << (bit % 64)
	}
}

func (s KnownGrams) has(hash uint64) bool {
	for _, bit := range s.positions(hash) {
		if s.bits[bit/64]&(1<<(bit%64)) == 0 {
			return false
		}
	}
	return true
}

// positions need a power of two of bits.
func (s KnownGrams) positions(hash uint64) [2]uint64 {
	mask := uint64(len(s.bits))*64 - 1
	return [2]uint64{hash & mask, (hash >> 32) & mask}
}

// novelShare is the share of grams that s does not have; half where there are none, since then nothing is known.
func (s KnownGrams) novelShare(grams []uint64) float64 {
	if len(grams) == 0 {
		return 0.5
	}
	n := 0
	for _, g := range grams {
		if !s.has(g) {
			n++
		}
	}
	return float64(n) / float64(len(grams))
}

// The weights of foreignness were chosen by hand, looking at how texts from other trades differ from those that were learnt from.
const (
	novelWords     = 4.5
	novelPairs     = 2.5
	novelTriples   = 3.5
	lengthDiscount = 0.4 // per factor of e in words: few words say little about where they come from
)

// novelty grows with the share of a ticket's words that the training did not have, alone and in this order.
func (s KnownGrams) novelty(g *ngrams.Grams) float64 {
	return novelWords*s.novelShare(g.Words) + novelPairs*s.novelShare(g.Pairs) + novelTriples*s.novelShare(g.Triples) -
		lengthDiscount*math.Log(float64(1+g.Distinct()))
}
