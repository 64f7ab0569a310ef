package trained

import (
	"ticketd/adapters/local/internal/fold"
	"ticketd/domain"
)

const (
	bucketBits = 17
	buckets    = 1 << bucketBits

	// maxRunes is how much of a text is read. What matters stands at the beginning.
	maxRunes = 6000

	minGram = 3
	maxGram = 5
)

// The blocks of features; each is brought to the same length.
const (
	wordBlock = iota
	charBlock
	blocks
)

// feature is an n-gram by its bucket, and how often it occurs.
type feature struct {
	bucket uint32
	block  uint8
	count  uint16
}

// grams are the n-grams of one ticket.
type grams struct {
	features              []feature
	words, pairs, triples []uint64 // hashes, in the order of the text
}

// distinct is about how many words there are, each counted once: there is a pair to nearly each of them.
func (g *grams) distinct() int {
	n := 0
	for _, f := range g.features {
		if f.block == wordBlock {
			n++
		}
	}
	return n / 2
}

// reading finds the n-grams of one ticket after the other. Its buffers are reused.
type reading struct {
	grams
	runes []rune  // folded words, a blank before each and after the last
	slots []int32 // positions in features plus 1, by hash
}

// FNV-1a over runes.
const (
	hashSeed  = uint64(14695981039346656037)
	hashPrime = uint64(1099511628211)
)

func hashStep(h, x uint64) uint64 { return (h ^ x) * hashPrime }

// mix spreads a hash over all its bits (the finalizer of SplitMix64; Steele et al. 2014).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// read replaces what the reading holds by text.
func (r *reading) read(text domain.Text) {
	r.runes, r.features = append(r.runes[:0], ' '), r.features[:0]
	r.words, r.pairs, r.triples = r.words[:0], r.pairs[:0], r.triples[:0]
	if !fold.Repeats(text.Title(), text.Description()) {
		r.fold(fold.Composed(text.Title()))
	}
	r.fold(fold.Composed(text.Description()))
	r.clearSlots()
	r.wordGrams()
	r.charGrams()
}

// fold appends the words of s. A run of digits counts as one 0, an apostrophe as nothing.
func (r *reading) fold(s string) {
	for _, c := range s {
		if len(r.runes) >= maxRunes {
			break
		}
		if pair := fold.Pair(c); pair != "" {
			r.runes = append(r.runes, rune(pair[0]), rune(pair[1]))
			continue
		}
		folded, ok := fold.Rune(c)
		switch last := r.runes[len(r.runes)-1]; {
		case c == '\'' || c == '’':
		case ok && '0' <= folded && folded <= '9':
			if last != '0' {
				r.runes = append(r.runes, '0')
			}
		case ok:
			r.runes = append(r.runes, folded)
		case last != ' ':
			r.runes = append(r.runes, ' ')
		}
	}
	if r.runes[len(r.runes)-1] != ' ' {
		r.runes = append(r.runes, ' ')
	}
}

// clearSlots makes room for the most features that the text can have, at half load.
func (r *reading) clearSlots() {
	const gramsPerRune = maxGram - minGram + 1 + 1 // and words with their pairs, which are fewer than runes
	need := 1 << 10
	for need < 2*gramsPerRune*len(r.runes) {
		need *= 2
	}
	if cap(r.slots) < need {
		r.slots = make([]int32, need)
		return
	}
	r.slots = r.slots[:need]
	clear(r.slots)
}

func (r *reading) wordGrams() {
	const wordSalt, pairSalt, tripleSalt = 1, 2, 3
	h := hashSeed
	for _, c := range r.runes[1:] {
		if c != ' ' {
			h = hashStep(h, uint64(c))
			continue
		}
		r.words = append(r.words, mix(hashStep(h, wordSalt)))
		h = hashSeed
		n := len(r.words)
		r.add(r.words[n-1], wordBlock)
		if n >= 2 {
			pair := mix(hashStep(hashStep(r.words[n-2], r.words[n-1]), pairSalt))
			r.pairs = append(r.pairs, pair)
			r.add(pair, wordBlock)
		}
		if n >= 3 {
			r.triples = append(r.triples, mix(hashStep(hashStep(r.pairs[n-3], r.words[n-1]), tripleSalt)))
		}
	}
}

// charGrams adds the n-grams within each word, of which its ends are part.
func (r *reading) charGrams() {
	const charSalt = 4
	for i := range r.runes {
		h := hashSeed
		for n, c := range r.runes[i:min(i+maxGram, len(r.runes))] {
			if n > 1 && r.runes[i+n-1] == ' ' {
				break
			}
			if h = hashStep(h, uint64(c)); n+1 >= minGram {
				r.add(mix(hashStep(h, charSalt)), charBlock)
			}
		}
	}
}

func (r *reading) add(hash uint64, block uint8) {
	bucket := uint32(hash & (buckets - 1))
	mask := uint64(len(r.slots) - 1)
	for at := (hash >> bucketBits) & mask; ; at = (at + 1) & mask {
		place := r.slots[at]
		if place == 0 {
			r.features = append(r.features, feature{bucket, block, 1})
			r.slots[at] = int32(len(r.features))
			return
		}
		if f := &r.features[place-1]; f.bucket == bucket && f.block == block {
			f.count++
			return
		}
	}
}
