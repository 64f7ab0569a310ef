package local

// Shorter words have too many neighbours that mean something else, and longer ones are no words. For the same
// reason the first letter must be right.
const (
	minTarget = 5
	minTypo   = 6
	maxTypo   = 24

	minSubstitution = 7 // a wrong letter makes another word more often than a missing one
)

// typoIndex finds the lexicon word that is one edit away from a misspelt one: a letter missing, added or
// wrong, or two swapped. Both are compared with one letter left out, so that one lookup per letter is enough.
type typoIndex struct {
	words []string
	links []typoLink
	heads []int32 // by hash; words of other hashes may be among them, oneEdit decides
}

// typoLink is an entry in the list of the words with one hash.
type typoLink struct{ word, next int32 }

func newTypoIndex() typoIndex {
	return typoIndex{
		words: make([]string, 0, 1<<14),
		links: make([]typoLink, 1, 1<<17),
		heads: make([]int32, typoBuckets),
	}
}

const typoBuckets = 1 << 17

func typoBucket(h uint64) uint64 { return (h ^ h>>32) % typoBuckets }

// addStem adds the forms that a stem most often takes in English.
func (x *typoIndex) addStem(stem string) {
	for _, ending := range [...]string{"", "s", "ed", "ing", "e", "er", "ment", "ion", "ation"} {
		x.add(stem + ending)
	}
}

func (x *typoIndex) add(word string) {
	if len(word) < minTarget || len(word) > maxTypo {
		return
	}
	x.words = append(x.words, word)
	n := int32(len(x.words) - 1)
	x.link(hashWord(word), n)
	for i := range len(word) {
		if i > 0 && word[i] != word[i-1] {
			x.link(hashWithout(word, i), n)
		}
	}
}

func (x *typoIndex) link(h uint64, word int32) {
	bucket := typoBucket(h)
	x.links = append(x.links, typoLink{word, x.heads[bucket]})
	x.heads[bucket] = int32(len(x.links) - 1)
}

func hashWithout[T string | []byte](word T, skip int) uint64 {
	h := hashSeed
	for i := range len(word) {
		if i != skip {
			h = hashStep(h, word[i])
		}
	}
	return h
}

// correct returns the first lexicon word that is one edit away from word, or "".
func (x *typoIndex) correct(word []byte) string {
	if len(word) < minTypo || len(word) > maxTypo {
		return ""
	}
	for _, b := range word {
		if b < 'a' || b > 'z' {
			return ""
		}
	}
	if found := x.follow(hashWord(word), word); found != "" {
		return found
	}
	for i := 1; i < len(word); i++ {
		if found := x.follow(hashWithout(word, i), word); found != "" {
			return found
		}
	}
	return ""
}

func (x *typoIndex) follow(h uint64, word []byte) string {
	for l := x.heads[typoBucket(h)]; l != 0; l = x.links[l].next {
		w := x.words[x.links[l].word]
		if word[0] == w[0] && oneEdit(word, w) {
			return w
		}
	}
	return ""
}

// oneEdit reports whether one insertion, deletion, substitution or swap of neighbours makes a into b.
func oneEdit(a []byte, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	j := 0
	for j < len(a)-i && j < len(b)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	restA, restB := len(a)-i-j, len(b)-i-j
	if restA == 2 && restB == 2 {
		return a[i] == b[i+1] && a[i+1] == b[i]
	}
	if restA == 1 && restB == 1 {
		return len(b) >= minSubstitution
	}
	return restA+restB <= 1
}
