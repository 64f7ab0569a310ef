package lexicon

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"ticketd/adapters/local/internal/fold"
)

// The marks of a cue.
const (
	// Gap stands for up to three words.
	Gap = ".."
	// Number stands for any number.
	Number = "#"
	// Any stands for any letters, at the beginning or at the end of a word.
	Any = "*"
)

// The fewest letters beside Any: words with fewer would match by chance.
const (
	ShortestStem   = 3
	ShortestEnding = 5
)

// cue refuses what could never match, and what would match something else than it seems to.
func (p *parser) cue(line int, text string) (Cue, bool) {
	c := Cue{Label: label(text), Words: p.fold(text)}
	if c.Words == "" {
		p.refuse(line, "a cue is empty")
		return c, false
	}
	if _, twice := p.cues[c.Words]; twice {
		p.refuse(line, "the cue %q stands twice", text)
	}
	p.cues[c.Words] = struct{}{}
	if strings.Contains(text, " ") && !strings.Contains(c.Words, " ") {
		p.refuse(line, "of the cue %q only %q is left without dropped words", text, c.Words)
	}
	before := Gap
	for word := range strings.FieldsSeq(c.Words) {
		if word == Gap && before == Gap {
			p.refuse(line, `".." must stand between words in the cue %q`, text)
		}
		p.checkWord(line, text, word)
		before = word
	}
	if before == Gap {
		p.refuse(line, `the cue %q must not end with ".."`, text)
	}
	return c, true
}

func (p *parser) checkWord(line int, cue, word string) {
	ending, isEnding := strings.CutPrefix(word, Any)
	stem, isStem := strings.CutSuffix(word, Any)
	switch {
	case isEnding && utf8.RuneCountInString(ending) < ShortestEnding:
		p.refuse(line, "%q needs at least %d letters in the cue %q", word, ShortestEnding, cue)
	case isStem && len(stem) < ShortestStem:
		p.refuse(line, "%q needs at least %d letters in the cue %q", word, ShortestStem, cue)
	case isEnding && isStem:
		p.refuse(line, "%q has a * at both ends in the cue %q", word, cue)
	case !isEnding && !isStem && isMark(word):
	case strings.ContainsFunc(strings.Trim(word, Any), separates):
		p.refuse(line, "no text has the word %q of the cue %q", word, cue)
	}
}

func isMark(word string) bool { return word == Gap || word == Number || word == "$" }

func separates(r rune) bool {
	_, ok := fold.Rune(r)
	return !ok
}

func label(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, " .. ", " … "), Any, "")
}

// fold writes a cue as the scanner writes texts, so that both meet.
func (p *parser) fold(text string) string {
	out := p.buffer[:0]
	for _, r := range text {
		if pair := fold.Pair(r); pair != "" {
			out = append(out, pair...)
		} else if folded, ok := fold.Rune(r); ok {
			out = utf8.AppendRune(out, folded)
		} else if r != '\'' {
			out = utf8.AppendRune(out, r)
		} else if fold.Elided(out[bytes.LastIndexByte(out, ' ')+1:]) {
			out = append(out, ' ')
		}
	}
	p.buffer = out
	kept := out[:0] // never ahead of what is still to be read
	for word := range bytes.FieldsSeq(out) {
		if _, dropped := p.lexicon.Dropped[string(word)]; !dropped {
			kept = append(append(kept, word...), ' ')
		}
	}
	return string(bytes.TrimRight(kept, " "))
}
