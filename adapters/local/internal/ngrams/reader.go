package ngrams

import (
	"ticketd/adapters/local/internal/fold"
	"ticketd/domain"
)

// reading finds the n-grams of one ticket after the other. Its buffers are reused.
type Reader struct {
	Grams
	runes []rune  // folded words, a blank before each and after the last
	slots []int32 // positions in features plus 1, by hash
}

// read replaces what the reading holds by text.
func (r *Reader) Read(text domain.Text) {
	r.runes, r.Features = append(r.runes[:0], ' '), r.Features[:0]
	r.Words, r.Pairs, r.Triples = r.Words[:0], r.Pairs[:0], r.Triples[:0]
	if !fold.Repeats(text.Title(), text.Description()) {
		r.fold(fold.Composed(text.Title()))
	}
	r.fold(fold.Composed(text.Description()))
	r.clearSlots()
	r.wordGrams()
	r.charGrams()
}

// fold appends the words of s. A run of digits counts as one 0, an apostrophe as nothing.
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
	h := HashSeed
	for _, c := range r.runes[1:] {
		if c != ' ' {
			h = HashStep(h, uint64(c))
			continue
		}
		r.Words = append(r.Words, Mix(HashStep(h, wordSalt)))
		h = HashSeed
		n := len(r.Words)
		r.add(r.Words[n-1], wordBlock)
		if n >= 2 {
			pair := Mix(HashStep(HashStep(r.Words[n-2], r.Words[n-1]), pairSalt))
			r.Pairs = append(r.Pairs, pair)
			r.add(pair, wordBlock)
		}
		if n >= 3 {
			r.Triples = append(r.Triples, Mix(HashStep(HashStep(r.Pairs[n-3], r.Words[n-1]), tripleSalt)))
		}
	}
}

// charGrams adds the n-grams within each word, of which its ends are part.
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
			r.Features = append(r.Features, Feature{bucket, block, 1})
			r.slots[at] = int32(len(r.Features))
			return
		}
		if f := &r.Features[place-1]; f.Bucket == bucket && f.Block == block {
			f.Count++
			return
		}
	}
}
