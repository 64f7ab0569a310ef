package local

import "ticketd/adapters/local/internal/fold"

// Word says how the lexicon reads one word: known if a cue has it, as another word if it seems misspelt.
func (c *Classifier) Word(word string) (as string, known bool) {
	vocab := c.lexicon.vocab
	folded := fold.Word(word)
	var t token
	if lookUpKnown(vocab, folded, &t); t.n > 0 || vocab.isDropped(folded) {
		return "", true
	}
	if _, common := vocab.common[hashWord(folded)]; common {
		return "", false
	}
	return vocab.typos.correct(folded), false
}
