package trained

import (
	"math"

	"ticketd/adapters/local/internal/ngrams"
)

// KnownGrams remembers the n-grams of words that a training had, in a Bloom filter (Bloom 1970): it takes a
// new one for known in about 5 of 100 cases, and never a known one for new.
type KnownGrams struct{ bits []uint64 }

const (
	bitsPerGram = 8 // two of them set: 5 % false positives
	minBits     = 1 << 10
	maxBits     = 1 << 24 // 2 MB
)

// NewKnownGrams returns an empty filter for so many n-grams.
func NewKnownGrams(grams int) KnownGrams {
	n := minBits
	for n < bitsPerGram*grams && n < maxBits {
		n *= 2
	}
	return KnownGrams{make([]uint64, n/64)}
}

// Add remembers the n-gram with this hash.
func (k KnownGrams) Add(hash uint64) {
	for _, bit := range k.positions(hash) {
		k.bits[bit/64] |= 1 << (bit % 64)
	}
}

func (k KnownGrams) has(hash uint64) bool {
	for _, bit := range k.positions(hash) {
		if k.bits[bit/64]&(1<<(bit%64)) == 0 {
			return false
		}
	}
	return true
}

// positions returns the two bits of a hash. The number of bits is a power of two.
func (k KnownGrams) positions(hash uint64) [2]uint64 {
	mask := uint64(len(k.bits))*64 - 1
	return [2]uint64{hash & mask, (hash >> 32) & mask}
}

// newShare returns the share of grams that are not known; 0.5 for none, since then nothing is.
func (k KnownGrams) newShare(grams []uint64) float64 {
	if len(grams) == 0 {
		return 0.5
	}
	n := 0
	for _, g := range grams {
		if !k.has(g) {
			n++
		}
	}
	return float64(n) / float64(len(grams))
}

// The weights of novelty were chosen by hand, looking at how texts from other trades differ from those of a
// training.
const (
	newWords       = 4.5
	newPairs       = 2.5
	newTriples     = 3.5
	lengthDiscount = 0.4 // per factor of e in words: few words say little about where they come from
)

// novelty grows with the share of a ticket's words, and of their pairs and triples, that the training did not
// have.
func (k KnownGrams) novelty(g *ngrams.Grams) float64 {
	return newWords*k.newShare(g.Words) + newPairs*k.newShare(g.Pairs) +
		newTriples*k.newShare(g.Triples) - lengthDiscount*math.Log(float64(1+g.DistinctWords()))
}
