package trained

import "math"

// seen remembers which n-grams of words the training had, in a Bloom filter (Bloom 1970): it may take a new one for known, in a few
// of a hundred cases, but never the other way round.
type seen struct{ bits []uint64 }

const (
	bitsPerGram = 8 // with two bits set per n-gram: 5 % false
	leastBits   = 1 << 10
	mostBits    = 1 << 24 // 2 MB
)

func newSeen(grams int) seen {
	n := leastBits
	for n < bitsPerGram*grams && n < mostBits {
		n *= 2
	}
	return seen{make([]uint64, n/64)}
}

func (s seen) add(hash uint64) {
	for _, bit := range s.places(hash) {
		s.bits[bit/64] |= 1 << (bit % 64)
	}
}

func (s seen) has(hash uint64) bool {
	for _, bit := range s.places(hash) {
		if s.bits[bit/64]&(1<<(bit%64)) == 0 {
			return false
		}
	}
	return true
}

// places need a power of two of bits.
func (s seen) places(hash uint64) [2]uint64 {
	mask := uint64(len(s.bits))*64 - 1
	return [2]uint64{hash & mask, (hash >> 32) & mask}
}

// unseen is the share of grams that s does not have; half where there are none, since then nothing is known.
func (s seen) unseen(grams []uint64) float64 {
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
	foreignWords   = 4.5
	foreignPairs   = 2.5
	foreignTriples = 3.5
	lengthHelps    = 0.4 // per factor of e in words: few words say little about where they come from
)

// foreignness grows with the share of a ticket's words that the training did not have, alone and in this order.
func (s seen) foreignness(g *grams) float64 {
	return foreignWords*s.unseen(g.words) + foreignPairs*s.unseen(g.pairs) + foreignTriples*s.unseen(g.triples) -
		lengthHelps*math.Log(float64(1+g.distinct()))
}
