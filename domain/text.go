package domain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths in code points.
const (
	MaxTitle       = 200
	MaxDescription = 20_000
	MaxUserName    = 100
)

// Text is what a ticket says: data for a classifier, never instructions.
type Text struct{ title, description string }

// NewText checks both parts and reports all that is wrong (KindInvalid, fields "title" and "description").
func NewText(title, description string) (Text, error) {
	var bad FieldErrors
	bad.check("title", CheckTitle(title))
	bad.check("description", CheckDescription(description))
	return Text{title, description}, bad.Err()
}

// Title is one line or few: 1 to 200 code points.
func (t Text) Title() string { return t.title }

// Description has 1 to 20,000 code points.
func (t Text) Description() string { return t.description }

// CheckTitle says what is wrong with a ticket's title, or "".
func CheckTitle(s string) string { return checkText(s, MaxTitle, "\n\r\t") }

// CheckDescription says what is wrong with a ticket's description, or "".
func CheckDescription(s string) string { return checkText(s, MaxDescription, "\n\r\t") }

// CheckUserName says what is wrong with a user's name, or "".
func CheckUserName(s string) string { return checkText(s, MaxUserName, "") }

// checkText is the rule for every text: 1 to limit code points, not only white space, valid UTF-8, and no control characters
// (Unicode category Cc) but the allowed ones.
func checkText(s string, limit int, allowed string) string {
	if !utf8.ValidString(s) {
		return "must be valid UTF-8"
	}
	if n := utf8.RuneCountInString(s); n == 0 || n > limit {
		return fmt.Sprintf("must have between 1 and %d characters", limit)
	}
	blank := true
	for _, r := range s {
		if unicode.IsControl(r) && !strings.ContainsRune(allowed, r) {
			return fmt.Sprintf("must not contain control characters (found U+%04X)", r)
		}
		blank = blank && unicode.IsSpace(r)
	}
	if blank {
		return "must not be blank"
	}
	return ""
}

func (f *FieldErrors) check(field, complaint string) {
	if complaint != "" {
		f.Add(field, complaint)
	}
}
