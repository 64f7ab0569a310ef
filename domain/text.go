package domain

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Lengths in code points.
const (
	MaxTitle       = 200
	MaxDescription = 20_000
	MaxUserName    = 100
)

// Text is a ticket's text: data for a classifier, never instructions.
type Text struct{ title, description string }

// NewText returns the cleaned text. One error reports all that is wrong (KindInvalid, fields "title" and
// "description").
func NewText(title, description string) (Text, error) {
	var bad FieldErrors
	bad.check("title", CheckTitle(title))
	bad.check("description", CheckDescription(description))
	return Text{CleanText(title), CleanText(description)}, bad.Err()
}

// Title returns the title, 1 to 200 code points, one line or a few.
func (t Text) Title() string { return t.title }

// Description returns the description, 1 to 20,000 code points.
func (t Text) Description() string { return t.description }

// CheckTitle returns what is wrong with a ticket's title, or "".
func CheckTitle(s string) string { return checkText(s, MaxTitle) }

// CheckDescription returns what is wrong with a ticket's description, or "".
func CheckDescription(s string) string { return checkText(s, MaxDescription) }

// CheckUserName returns what is wrong with a user's name, or "". A name has one line.
func CheckUserName(s string) string {
	if complaint := checkText(s, MaxUserName); complaint != "" {
		return complaint
	}
	if strings.ContainsAny(s, "\n\r") {
		return "must not contain line breaks"
	}
	return ""
}

// checkText returns what breaks the rule for every text, before or after cleaning: valid UTF-8 without NUL, 1
// to limit code points, at least one of them visible.
func checkText(s string, limit int) string {
	switch n := utf8.RuneCountInString(s); {
	case !utf8.ValidString(s):
		return "must be valid UTF-8"
	case n == 0 || n > limit:
		return fmt.Sprintf("must have between 1 and %d characters", limit)
	case strings.ContainsRune(s, 0):
		return "must not contain NUL (U+0000)"
	case IsBlank(s):
		return "must not be blank"
	}
	return ""
}

// IsStorable reports whether every store can hold s: valid UTF-8 without NUL.
func IsStorable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func (f *FieldErrors) check(field, complaint string) {
	if complaint != "" {
		f.Add(field, complaint)
	}
}
