package training

import (
	"math"

	"ticketd/adapters/local/internal/ngrams"
)

const (
	// minOverlap is the Jaccard index of near-duplicates' words.
	minOverlap = 0.6
	// Candidates are found by MinHash in bands (Broder 1997), so that not every pair has to be compared.
	minHashes  = 32
	bandHashes = 4
	// maxCandidates bounds the work for an opening that half of the texts share.
	maxCandidates = 50
)

// groupDuplicates returns the group of every example. Near-duplicates, and their near-duplicates, share one.
func groupDuplicates(examples []*example) []int {
	groups := newUnionFind(len(examples))
	tables := map[[2]uint64][]int{}
	for i, e := range examples {
		signature := signatureOf(e.distinctWords)
		for band := 0; band < minHashes; band += bandHashes {
			key := [2]uint64{uint64(band), ngrams.HashSeed}
			for _, h := range signature[band : band+bandHashes] {
				key[1] = ngrams.Mix(ngrams.HashStep(key[1], h))
			}
			for _, other := range tables[key] {
				if groups.find(i) != groups.find(other) && nearDuplicates(e, examples[other]) {
					groups.join(i, other)
				}
			}
			if len(tables[key]) < maxCandidates {
				tables[key] = append(tables[key], i)
			}
		}
	}
	for i := range groups {
		groups[i] = groups.find(i)
	}
	return groups
}

func nearDuplicates(a, b *example) bool {
	return jaccard(a.distinctWords, b.distinctWords) >= minOverlap
}

func signatureOf(words []uint64) [minHashes]uint64 {
	const golden = 0x9e3779b97f4a7c15
	var s [minHashes]uint64
	for i := range s {
		s[i] = math.MaxUint64
	}
	for _, w := range words {
		for i := range s {
			s[i] = min(s[i], ngrams.Mix(w+uint64(i+1)*golden))
		}
	}
	return s
}

// jaccard returns the Jaccard index of two ascending lists.
func jaccard(a, b []uint64) float64 {
	common, total := 0, len(a)+len(b)
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			common++
			a, b = a[1:], b[1:]
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	if total == 0 {
		return 1
	}
	return float64(common) / float64(total-common)
}

// unionFind holds disjoint sets of numbers: for each a smaller one of its set, or itself.
type unionFind []int

func newUnionFind(n int) unionFind {
	s := make(unionFind, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s unionFind) find(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

// join names the set after the smaller number, so that a group has the number of its first example.
func (s unionFind) join(i, k int) {
	i, k = s.find(i), s.find(k)
	s[max(i, k)] = min(i, k)
}
