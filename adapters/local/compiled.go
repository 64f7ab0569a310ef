package local

import (
	"sync"

	"ticketd/adapters/local/lexicon"
)

// The categories and priorities in the order of every array of this package.
const (
	billing    = lexicon.Billing
	technical  = lexicon.Technical
	general    = lexicon.General
	categories = lexicon.Categories
)

const (
	low = iota
	medium
	high
)

// The concepts that exclude topics.
const (
	conceptNot       = "not"
	conceptNotAbout  = "notAbout"
	conceptNegAction = "negAction"
	conceptNotTopic  = "notTopic" // its last word is the topic that is excluded
)

// compiledLexicon is a lexicon, ready for matching. It never changes.
type compiledLexicon struct {
	vocab    *vocabulary
	phrases  *phrases
	concepts []lexicon.Concept
	cues     []cue
	pairs    []lexicon.Pair
}

// cue is a word or phrase of a concept; a reason shows its label.
type cue struct {
	concept int32
	label   string
}

// builtIn compiles the embedded lexicon once. Tests rule out that it is broken.
var builtIn = sync.OnceValue(func() *compiledLexicon {
	lex, err := lexicon.Parse(lexicon.BuiltIn())
	if err != nil {
		panic(err)
	}
	return compile(lex)
})

func compile(lex *lexicon.Lexicon) *compiledLexicon {
	c := &compiledLexicon{
		vocab: newVocabulary(lex), phrases: newPhrases(), concepts: lex.Concepts, pairs: lex.Pairs,
		cues: make([]cue, 0, 4096),
	}
	for i, concept := range lex.Concepts {
		for _, text := range concept.Cues {
			c.phrases.add(text.Words, int32(len(c.cues)), c.vocab)
			c.cues = append(c.cues, cue{int32(i), text.Label})
		}
	}
	return c
}
