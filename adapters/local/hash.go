package local

// FNV-1a: its steps are the hashes of all beginnings of a word.
const (
	hashSeed  = uint64(14695981039346656037)
	hashPrime = uint64(1099511628211)
)

func hashStep(h uint64, b byte) uint64 { return (h ^ uint64(b)) * hashPrime }

func hashWord[T string | []byte](word T) uint64 {
	h := hashSeed
	for i := range len(word) {
		h = hashStep(h, word[i])
	}
	return h
}

func hashReversed[T string | []byte](word T) uint64 {
	h := hashSeed
	for i := len(word) - 1; i >= 0; i-- {
		h = hashStep(h, word[i])
	}
	return h
}

// hashTable is a map behind a small filter, since nearly all lookups find nothing.
type hashTable struct {
	ids    map[uint64]uint16
	filter []uint64
}

const filterBits = 1 << 15

func newHashTable() hashTable {
	return hashTable{ids: make(map[uint64]uint16, 1024), filter: make([]uint64, filterBits/64)}
}

func (t *hashTable) mark(h uint64) {
	t.filter[h%filterBits/64] |= 1 << (h % 64)
}

func (t *hashTable) mayHave(h uint64) bool {
	return t.filter[h%filterBits/64]&(1<<(h%64)) != 0
}
