package local

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"ticketd/adapters/local/internal/fold"
)

// The categories and priorities in the order of every array of this package.
const (
	billing = iota
	technical
	general
	categories
)

const (
	low = iota
	medium
	high
)

// concept is something a ticket can be about, with the cues that show it, divided by ";". "refund*" is a stem, "*rechnung"
// an ending, ".." up to three words between, "#" any number. Articles do not count.
// b, t and g say how strongly it speaks for (or against) billing, technical and general; u how urgent it makes the ticket.
type concept struct {
	name    string
	b, t, g float32
	u       float32
	cues    string
}

// pair is what two concepts in one sentence say beyond what each says alone.
type pair struct {
	first, second string
	b, t, g       float32
}

// lexicon is the built-in knowledge, ready for matching. It never changes after newLexicon.
type lexicon struct {
	vocab    *vocabulary
	phrases  *phrases
	concepts []concept
	cues     []cue
	pairs    []pairIndex
}

// cue is one word or phrase of a concept; label is how a reason shows it.
type cue struct {
	concept int32
	label   string
}

type pairIndex struct {
	first, second int32
	weights       [categories]float32
}

func newLexicon() *lexicon {
	lex := &lexicon{vocab: newVocabulary(droppedWords, commonWords), phrases: newPhrases(), cues: make([]cue, 0, 4096)}
	for _, topic := range [][]concept{
		billingConcepts, technicalConcepts, generalConcepts, sharedConcepts, priorityConcepts,
	} {
		for _, c := range topic {
			lex.concepts = append(lex.concepts, c)
			lex.addCues(int32(len(lex.concepts)-1), c.cues)
		}
	}
	lex.addPairs(pairs)
	return lex
}

func (lex *lexicon) addCues(concept int32, cues string) {
	for text := range strings.SplitSeq(cues, ";") {
		text = strings.TrimSpace(text)
		if words := lex.cueWords(text); words != "" {
			lex.cues = append(lex.cues, cue{concept, cueLabel(text)})
			lex.phrases.add(words, int32(len(lex.cues)-1), lex.vocab)
		}
	}
}

// cueWords folds a cue as the scanner folds the text, so that both meet.
func (lex *lexicon) cueWords(text string) string {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if pair := fold.Pair(r); pair != "" {
			out = append(out, pair...)
		} else if folded, ok := fold.Rune(r); ok {
			out = utf8.AppendRune(out, folded)
		} else if r != '\'' {
			out = utf8.AppendRune(out, r)
		} else if elided(out[bytes.LastIndexByte(out, ' ')+1:]) {
			out = append(out, ' ')
		}
	}
	kept := out[:0:0]
	for word := range strings.FieldsSeq(string(out)) {
		if !lex.vocab.isDropped([]byte(word)) {
			kept = append(append(kept, word...), ' ')
		}
	}
	return strings.TrimSpace(string(kept))
}

func cueLabel(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, " .. ", " … "), "*", "")
}

func (lex *lexicon) addPairs(all []pair) {
	index := make(map[string]int32, len(lex.concepts))
	for i, c := range lex.concepts {
		index[c.name] = int32(i)
	}
	for _, p := range all {
		for first := range strings.SplitSeq(p.first, "|") {
			for second := range strings.SplitSeq(p.second, "|") {
				lex.pairs = append(lex.pairs, pairIndex{index[first], index[second], [categories]float32{p.b, p.t, p.g}})
			}
		}
	}
}
