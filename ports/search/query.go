package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ticketd/domain"
)

// Limits of a query.
const (
	MaxQuery = 200 // code points
	MaxTerms = 20
)

// Phrase is a sequence of at least one word.
type Phrase []string

// Query matches texts that have all the required phrases and none of the excluded ones. A phrase lies within
// the title or within the description, never partly in both. A query has at least one phrase.
type Query struct{ required, excluded []Phrase }

// Required returns the phrases that must be there.
func (q *Query) Required() []Phrase { return slices.Clone(q.required) }

// Excluded returns the phrases that must not be there.
func (q *Query) Excluded() []Phrase { return slices.Clone(q.excluded) }

// quotes open and close phrases, whichever of them a keyboard or a phone produces.
const quotes = `"“”„«»＂`

// Parse reads a query: words, "phrases" and -words or -"phrases", separated by blanks. What Check reports is
// KindInvalid, field "q".
//
//   - A text that splits into several words, such as e-mail or ann@example.com, is a phrase of them.
//   - A quote that is never closed reaches to the end. There are no other operators: OR and * are plain text.
//   - Terms without a letter or digit are ignored; a query without any other is invalid.
//   - A query may consist of exclusions only.
func Parse(q string) (*Query, error) {
	query, complaint := parse(q)
	if complaint != "" {
		return nil, domain.Invalid("q", complaint)
	}
	return query, nil
}

// Check returns what is wrong with a query, or "".
func Check(q string) string {
	_, complaint := parse(q)
	return complaint
}

func parse(q string) (query *Query, complaint string) {
	if utf8.RuneCountInString(q) > MaxQuery {
		return nil, fmt.Sprintf("must have at most %d characters", MaxQuery)
	}
	query = &Query{}
	for rest := " " + q; rest != ""; {
		var t term
		t, rest = next(rest)
		switch phrase := Phrase(Words(t.text)); {
		case len(phrase) == 0:
		case t.excluded:
			query.excluded = append(query.excluded, phrase)
		default:
			query.required = append(query.required, phrase)
		}
	}
	switch n := len(query.required) + len(query.excluded); {
	case n == 0:
		return nil, "must contain a letter or a digit to search for"
	case n > MaxTerms:
		return nil, fmt.Sprintf("must have at most %d words and phrases", MaxTerms)
	}
	return query, ""
}

type term struct {
	text     string
	excluded bool
}

// next cuts off the first term. A hyphen excludes only after a blank.
func next(q string) (t term, rest string) {
	trimmed := strings.TrimLeftFunc(q, unicode.IsSpace)
	bare := strings.TrimLeft(trimmed, "-")
	t.excluded = len(bare) < len(trimmed) && len(trimmed) < len(q)
	if opening, size := utf8.DecodeRuneInString(bare); size > 0 && strings.ContainsRune(quotes, opening) {
		bare = bare[size:]
		end := strings.IndexAny(bare, quotes)
		if end < 0 {
			t.text = bare
			return t, ""
		}
		_, size = utf8.DecodeRuneInString(bare[end:])
		t.text = bare[:end]
		return t, bare[end+size:]
	}
	end := strings.IndexFunc(bare, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(quotes, r)
	})
	if end < 0 {
		end = len(bare)
	}
	t.text = bare[:end]
	return t, bare[end:]
}
