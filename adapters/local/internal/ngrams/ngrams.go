// Package ngrams turns a text into the features that a trained model weighs.
package ngrams

import (
	"math"
	"slices"
)

const bucketBits = 17

// Buckets is the number of buckets that n-grams are hashed to.
const Buckets = 1 << bucketBits

// The blocks of features; each is brought to the length 1.
const (
	wordBlock = iota
	charBlock
	// Blocks is their number.
	Blocks
)

// Feature is an n-gram by its bucket, with its number of occurrences.
type Feature struct {
	Bucket uint32
	Block  uint8
	Count  uint16
}

// Grams are the n-grams of one ticket.
type Grams struct {
	Features              []Feature
	Words, Pairs, Triples []uint64 // hashes, in the order of the text
}

// Clone returns a copy that shares nothing with g.
func (g *Grams) Clone() Grams {
	return Grams{
		slices.Clone(g.Features), slices.Clone(g.Words), slices.Clone(g.Pairs), slices.Clone(g.Triples),
	}
}

// DistinctWords returns about how many different words there are: the word block also holds their pairs, of
// which nearly every word begins one.
func (g *Grams) DistinctWords() int {
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
	// HashSeed is the hash of nothing.
	HashSeed  = uint64(14695981039346656037)
	hashPrime = uint64(1099511628211)
)

// HashStep returns the hash h of a sequence extended by x.
func HashStep(h, x uint64) uint64 { return (h ^ x) * hashPrime }

// Mix spreads a hash over all its bits (the finalizer of SplitMix64; Steele et al. 2014).
func Mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// TF returns the dampened frequency of an n-gram in one ticket.
func TF(count uint16) float32 {
	if count == 1 {
		return 1
	}
	return float32(1 + math.Log(float64(count)))
}

// InverseNorms returns what brings each block, of which it gets the sum of squares, to the length 1.
func InverseNorms(squares [Blocks]float32) [Blocks]float32 {
	for b, s := range squares {
		if s > 0 {
			squares[b] = float32(1 / math.Sqrt(float64(s)))
		}
	}
	return squares
}
