// Package ngrams turns a text into the features that a trained model weighs.
package ngrams

import "math"

const (
	bucketBits = 17
	Buckets    = 1 << bucketBits

	// maxRunes is how much of a text is read. What matters stands at the beginning.
	maxRunes = 6000

	minGram = 3
	maxGram = 5
)

// The blocks of features; each is brought to the same length.
const (
	wordBlock = iota
	charBlock
	Blocks
)

// feature is an n-gram by its bucket, and how often it occurs.
type Feature struct {
	Bucket uint32
	Block  uint8
	Count  uint16
}

// grams are the n-grams of one ticket.
type Grams struct {
	Features              []Feature
	Words, Pairs, Triples []uint64 // hashes, in the order of the text
}

// distinct is about how many words there are, each counted once: there is a pair to nearly each of them.
func (g *Grams) Distinct() int {
	n := 0
	for _, f := range g.Features {
		if f.Block == wordBlock {
			n++
		}
	}
	return n / 2
}

// FNV-1a over runes.
const (
	HashSeed  = uint64(14695981039346656037)
	hashPrime = uint64(1099511628211)
)

func HashStep(h, x uint64) uint64 { return (h ^ x) * hashPrime }

// mix spreads a hash over all its bits (the finalizer of SplitMix64; Steele et al. 2014).
func Mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// tf dampens the count of an n-gram in one ticket.
func TF(count uint16) float32 {
	if count == 1 {
		return 1
	}
	return float32(1 + math.Log(float64(count)))
}

func InverseNorms(squares [Blocks]float32) [Blocks]float32 {
	for b, s := range squares {
		if s > 0 {
			squares[b] = float32(1 / math.Sqrt(float64(s)))
		}
	}
	return squares
}
