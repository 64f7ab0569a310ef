package files

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"ticketd/domain"
)

// What --fit does to a ticket, for counts and lists.
const (
	titleFromText     = "title made of the first line of the description"
	textFromTitle     = "description made of the title"
	titleCut          = "title cut"
	descriptionCut    = "description cut"
	dataRemoved       = "embedded files (data:) removed"
	quotesRemoved     = "quoted mails removed"
	cutTitleMark      = "…"
	cutDescriptionEnd = "\n[… cut: %d more characters]"
)

// fit changes what breaks a limit so that it does not, and says what it did. A ticket that breaks none stays
// as it is, and so does one without any words.
func fit(title, description string) (fitted, text string, done []string) {
	note := func(what string) { done = append(done, what) }
	if domain.CheckTitle(title) == "" && domain.CheckDescription(description) == "" {
		return title, description, nil
	}
	if domain.IsBlank(description) && !domain.IsBlank(title) {
		description = title
		note(textFromTitle)
	}
	if length(description) > domain.MaxDescription {
		description = shorten(description, note)
	}
	if domain.IsBlank(title) && !domain.IsBlank(description) {
		title = firstLine(description)
		note(titleFromText)
	}
	if length(title) > domain.MaxTitle {
		title = cut(title, domain.MaxTitle-length(cutTitleMark)) + cutTitleMark
		note(titleCut)
	}
	return title, description, done
}

// shorten takes away what a reader misses least, first the files in the text and then the mails that were
// answered.
func shorten(text string, note func(string)) string {
	for _, step := range []struct {
		does func(string) string
		what string
	}{{withoutData, dataRemoved}, {withoutQuotes, quotesRemoved}} {
		if less := step.does(text); less != text && !domain.IsBlank(less) {
			text = less
			note(step.what)
		}
		if length(text) <= domain.MaxDescription {
			return text
		}
	}
	note(descriptionCut)
	const room = 50 // for the mark with its number
	kept := cut(text, domain.MaxDescription-room)
	return kept + fmt.Sprintf(cutDescriptionEnd, length(text)-length(kept))
}

func length(text string) int { return utf8.RuneCountInString(text) }

// cut returns the first n characters.
func cut(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

func firstLine(text string) string {
	for line := range strings.Lines(domain.CleanText(text)) {
		if line = strings.TrimSpace(line); !domain.IsBlank(line) {
			return line
		}
	}
	return ""
}

// dataURI is a file within a text, as mail programs and editors paste pictures (RFC 2397).
var dataURI = regexp.MustCompile(
	`data:[a-zA-Z0-9.+-]+/[a-zA-Z0-9.+-]+(?:;[a-zA-Z0-9=._-]+)*;base64,` +
		`[A-Za-z0-9+/=_-]*(?:%[0-9A-Fa-f]{2}[A-Za-z0-9+/=_-]*)*`,
)

func withoutData(text string) string { return dataURI.ReplaceAllString(text, "[file]") }
