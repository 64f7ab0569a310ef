package files

import (
	"regexp"
	"strings"
)

// answered begins the mail that a mail answers, in the words of the usual programs and languages: all that
// follows is quoted.
var answered = regexp.MustCompile(`(?im)^[ \t>]*(?:` +
	`-{2,}[ \t]*(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete ` +
	`nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht)[ \t]*-{2,}` +
	`|_{20,}[ \t]*\r?\n[ \t>]*(?:from|von|de|da|van):.*` +
	`|on .{5,120} wrote:` +
	`|am .{5,120} schrieb.{0,80}:` +
	`|le .{5,120} a écrit[ \x{a0}]?:` +
	`|el .{5,120} escribió:` +
	`|il .{5,120} ha scritto:` +
	`|op .{5,120} schreef.{0,80}:` +
	`|(?:from|von): .+\r?\n[ \t>]*(?:sent|date|gesendet|datum): .+` +
	`)[ \t]*\r?$`)

// quotedLine is a line of a mail that was answered.
var quotedLine = regexp.MustCompile(`(?m)^[ \t]*>.*(?:\r?\n|$)`)

// withoutQuotes returns the text up to the mail that it answers, without lines that are quoted.
func withoutQuotes(text string) string {
	own := text
	if at := answered.FindStringIndex(text); at != nil {
		own = text[:at[0]]
	}
	if own = quotedLine.ReplaceAllString(own, ""); own == text {
		return text
	}
	return strings.TrimRight(own, " \t\r\n")
}
