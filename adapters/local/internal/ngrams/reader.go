package ngrams

import (
	"ticketd/adapters/local/internal/fold"
	"ticketd/domain"
)

const (
	// maxRunes is how much of a text is read. What matters stands at the beginning.
	maxRunes = 6000

	minGram = 3
	maxGram = 5
)

// Reader finds the n-grams of one ticket after the other, reusing its buffers.
type Reader struct {
	grams Grams
	runes []rune  // folded words, a blank before each and after the last
	slots []int32 // positions in grams.Features plus 1, by hash
}

// Read returns the n-grams of a text, valid until the next call.
func (r *Reader) Read(text domain.Text) *Grams {
	g := &r.grams
	r.runes, g.Features = append(r.runes[:0], ' '), g.Features[:0]
	g.Words, g.Pairs, g.Triples = g.Words[:0], g.Pairs[:0], g.Triples[:0]
	if !fold.Repeats(text.Title(), text.Description()) {
		r.fold(fold.Composed(text.Title()))
	}
	r.fold(fold.Composed(text.Description()))
	r.clearSlots()
	r.wordGrams()
	r.charGrams()
	return g
}

// fold appends the folded words of s. A run of digits becomes one 0, an apostrophe nothing.
func (r *Reader) fold(s string) {
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
func (r *Reader) clearSlots() {
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

func (r *Reader) wordGrams() {
	const wordSalt, pairSalt, tripleSalt = 1, 2, 3
	g, h := &r.grams, HashSeed
	for _, c := range r.runes[1:] {
		if c != ' ' {
			h = HashStep(h, uint64(c))
			continue
		}
		g.Words = append(g.Words, Mix(HashStep(h, wordSalt)))
		h = HashSeed
		n := len(g.Words)
		r.add(g.Words[n-1], wordBlock)
		if n >= 2 {
			pair := Mix(HashStep(HashStep(g.Words[n-2], g.Words[n-1]), pairSalt))
			g.Pairs = append(g.Pairs, pair)
			r.add(pair, wordBlock)
		}
		if n >= 3 {
			g.Triples = append(g.Triples, Mix(HashStep(HashStep(g.Pairs[n-3], g.Words[n-1]), tripleSalt)))
		}
	}
}

// charGrams adds the n-grams of characters within each word and the blanks around it.
func (r *Reader) charGrams() {
	const charSalt = 4
	for i := range r.runes {
		h := HashSeed
		for n, c := range r.runes[i:min(i+maxGram, len(r.runes))] {
			if n > 1 && r.runes[i+n-1] == ' ' {
				break
			}
			if h = HashStep(h, uint64(c)); n+1 >= minGram {
				r.add(Mix(HashStep(h, charSalt)), charBlock)
			}
		}
	}
}

func (r *Reader) add(hash uint64, block uint8) {
	bucket := uint32(hash & (Buckets - 1))
	mask := uint64(len(r.slots) - 1)
	for at := (hash >> bucketBits) & mask; ; at = (at + 1) & mask {
		place := r.slots[at]
		if place == 0 {
			r.grams.Features = append(r.grams.Features, Feature{bucket, block, 1})
			r.slots[at] = int32(len(r.grams.Features))
			return
		}
		if f := &r.grams.Features[place-1]; f.Bucket == bucket && f.Block == block {
			f.Count++
			return
		}
	}
}
