package local

import (
	"unicode/utf8"

	"ticketd/adapters/local/internal/fold"
)

// maxTokenIDs bounds the lexicon words that one token stands for: itself, its stems or its endings.
const maxTokenIDs = 4

// token is one word of the text. Dropped words are none: "cancel my order" reads as "cancel order".
type token struct {
	ids      [maxTokenIDs]uint16
	n        uint8
	article  bool // a dropped word stands before it
	isWord   bool // no number and no single letter
	sentence uint16
	clause   uint16
}

func (t *token) add(id uint16) {
	if int(t.n) < maxTokenIDs {
		t.ids[t.n] = id
		t.n++
	}
}

// scanner splits texts into tokens. Its buffers are reused.
type scanner struct {
	vocab    *vocabulary
	word     []byte
	tokens   []token
	sentence uint16
	clause   uint16
	article  bool
	foreign  bool // the word has letters that no lexicon word has
}

func (s *scanner) reset() {
	s.word, s.tokens = s.word[:0], s.tokens[:0]
	s.sentence, s.clause, s.article, s.foreign = 0, 0, false, false
}

// text appends the tokens of a field and ends its last sentence.
func (s *scanner) text(text string) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == '<' {
			if skip := markupLength(text[i:]); skip > 0 {
				s.endWord()
				i += skip
				continue
			}
		}
		s.rune(r, text[i+size:])
		i += size
	}
	s.endWord()
	s.endSentence()
}

// markupLength returns the length of the markup that text begins with, such as "<br>" or "<acc_num>", or 0.
func markupLength(text string) int {
	const maxMarkup = 24
	for i := 1; i < len(text) && i < maxMarkup; i++ {
		switch text[i] {
		case '>':
			return i + 1
		case ' ', '<', '\n':
			return 0
		}
	}
	return 0
}

func (s *scanner) rune(r rune, rest string) {
	if pair := fold.Pair(r); pair != "" {
		s.word = append(s.word, pair...)
		return
	}
	if folded, ok := fold.Rune(r); ok {
		s.foreign = s.foreign || folded >= utf8.RuneSelf
		s.word = utf8.AppendRune(s.word, folded)
		return
	}
	s.separator(r, rest)
}

func (s *scanner) separator(r rune, rest string) {
	switch r {
	case '\'', '’', '`', '´':
		if !fold.Elided(s.word) {
			return // "can't" is one word
		}
		s.endWord()
	case '.', '!', '?', '\n', '。':
		s.endWord()
		if r != '.' || endsSentence(rest) {
			s.endSentence()
		}
	case ',', ';', ':', '(', ')', '–', '—':
		s.endWord()
		s.clause++
	case '$', '€', '£', '¥':
		s.endWord()
		s.word = append(s.word, '$')
		s.endWord()
	default:
		s.endWord()
	}
}

// endsSentence reports whether a full stop before rest ends a sentence, unlike that of "16.04" or
// "example.com".
func endsSentence(rest string) bool {
	return rest == "" || rest[0] == ' ' || rest[0] == '\n' || rest[0] == '\t' || rest[0] == '<'
}

func (s *scanner) endSentence() {
	const most = 1<<16 - 1
	if s.sentence < most {
		s.sentence++
	}
	s.clause++
	s.article = false
}

func (s *scanner) endWord() {
	if len(s.word) == 0 {
		return
	}
	if s.vocab.isDropped(s.word) {
		s.article = true
	} else {
		t := token{sentence: s.sentence, clause: s.clause, article: s.article}
		t.isWord = len(s.word) > 1 && !isDigit(s.word[0])
		s.vocab.lookUp(s.word, s.foreign, &t)
		s.tokens = append(s.tokens, t)
		s.article = false
	}
	s.word, s.foreign = s.word[:0], false
}
