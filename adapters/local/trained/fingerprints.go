package trained

import (
	"slices"

	"ticketd/adapters/local/internal/fold"
	"ticketd/adapters/local/internal/ngrams"
	"ticketd/domain"
)

// Fingerprints tell which tickets a model was trained with, and hold nothing of their texts: one hash of 64
// bits per ticket. The zero value belongs to a model whose file has none.
type Fingerprints struct {
	known  bool
	hashes []uint64 // ascending
}

// NewFingerprints remembers the texts.
func NewFingerprints(texts []domain.Text) Fingerprints {
	f := Fingerprints{known: true, hashes: make([]uint64, 0, len(texts))}
	for _, text := range texts {
		if hash, ok := fingerprint(text); ok {
			f.hashes = append(f.hashes, hash)
		}
	}
	slices.Sort(f.hashes)
	f.hashes = slices.Compact(f.hashes)
	return f
}

// Known reports whether the model says what it was trained with: files of format 1 do not.
func (f Fingerprints) Known() bool { return f.known }

// Has reports whether there was a ticket with this text, whatever its case, accents, blanks and punctuation.
func (f Fingerprints) Has(text domain.Text) bool {
	hash, ok := fingerprint(text)
	if !ok {
		return false
	}
	_, found := slices.BinarySearch(f.hashes, hash)
	return found
}

// fingerprint hashes the letters and digits. ok is false without any. A title that only repeats how the
// description begins does not count: one file may have it and the other not.
func fingerprint(text domain.Text) (hash uint64, ok bool) {
	title := text.Title()
	if fold.Repeats(title, text.Description()) {
		title = ""
	}
	hash = ngrams.HashSeed
	for _, r := range fold.Composed(title + "\n" + text.Description()) {
		if folded, letter := fold.Rune(r); letter {
			hash, ok = ngrams.HashStep(hash, uint64(folded)), true
		}
	}
	return ngrams.Mix(hash), ok
}
