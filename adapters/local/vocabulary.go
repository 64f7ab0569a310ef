package local

import (
	"slices"
	"strings"

	"ticketd/adapters/local/lexicon"
)

// vocabulary numbers the words of the lexicon: whole words, stems ("refund*") and endings ("*rechnung").
type vocabulary struct {
	exact      map[uint64]uint16
	stems      hashTable
	endings    hashTable
	dropped    map[uint64]struct{}
	maxDropped int // bytes of the longest dropped word
	common     map[uint64]struct{}
	typos      typoIndex
	number     uint16 // of lexicon.Number
	next       uint16
}

func newVocabulary(lex *lexicon.Lexicon) *vocabulary {
	v := &vocabulary{
		exact:   make(map[uint64]uint16, 4096),
		stems:   newHashTable(),
		endings: newHashTable(),
		dropped: hashSet(lex.Dropped),
		common:  hashSet(lex.Common),
		typos:   newTypoIndex(),
		next:    1,
	}
	for word := range lex.Dropped {
		v.maxDropped = max(v.maxDropped, len(word))
	}
	v.number = v.learn(lexicon.Number)
	return v
}

func hashSet(words map[string]struct{}) map[uint64]struct{} {
	set := make(map[uint64]struct{}, len(words))
	for w := range words {
		set[hashWord(w)] = struct{}{}
	}
	return set
}

// learn returns the number of a word, a new one if it has none yet.
func (v *vocabulary) learn(pattern string) uint16 {
	switch {
	case strings.HasPrefix(pattern, lexicon.Any):
		return v.learnIn(v.endings.ids, hashReversed(pattern[1:]), func(h uint64) { v.endings.mark(h) })
	case strings.HasSuffix(pattern, lexicon.Any):
		stem := strings.TrimSuffix(pattern, lexicon.Any)
		return v.learnIn(v.stems.ids, hashWord(stem), func(h uint64) {
			v.stems.mark(h)
			v.typos.addStem(stem)
		})
	}
	return v.learnIn(v.exact, hashWord(pattern), func(uint64) { v.typos.add(pattern) })
}

func (v *vocabulary) learnIn(ids map[uint64]uint16, h uint64, isNew func(uint64)) uint16 {
	if id, known := ids[h]; known {
		return id
	}
	ids[h] = v.next
	isNew(h)
	v.next++
	return ids[h]
}

func (v *vocabulary) isDropped(word []byte) bool {
	if len(word) > v.maxDropped {
		return false
	}
	_, found := v.dropped[hashWord(word)]
	return found
}

// lookUp adds all lexicon words that word stands for to t. An unknown word counts as the one it may be
// misspelt from.
func (v *vocabulary) lookUp(word []byte, foreign bool, t *token) {
	if lookUpKnown(v, word, t); t.n > 0 || foreign {
		return
	}
	if _, common := v.common[hashWord(word)]; !common {
		lookUpKnown(v, v.typos.correct(word), t)
	}
}

func lookUpKnown[T string | []byte](v *vocabulary, word T, t *token) {
	h := hashSeed
	for i := range len(word) {
		h = hashStep(h, word[i])
		if i+1 >= lexicon.ShortestStem && v.stems.mayHave(h) {
			if id, ok := v.stems.ids[h]; ok {
				t.add(id)
			}
		}
	}
	if id, ok := v.exact[h]; ok {
		t.add(id)
	}
	if len(word) > 0 && isDigit(word[0]) {
		t.add(v.number)
	}
	if t.n == 0 {
		lookUpEnding(v, word, t)
	}
	slices.Reverse(t.ids[:t.n]) // the longest first
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func lookUpEnding[T string | []byte](v *vocabulary, word T, t *token) {
	h := hashSeed
	for i := len(word) - 1; i > 0; i-- {
		h = hashStep(h, word[i])
		if len(word)-i >= lexicon.ShortestEnding && v.endings.mayHave(h) {
			if id, ok := v.endings.ids[h]; ok {
				t.add(id)
			}
		}
	}
}
