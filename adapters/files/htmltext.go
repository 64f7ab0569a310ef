package files

import (
	"html"
	"regexp"
	"strings"
)

// An HTML text of a desk or a mail begins with a tag of its layout and ends with one. A text of a customer
// that only mentions tags does not.
var (
	htmlBegins = regexp.MustCompile(
		`(?i)^\s*<(!doctype|html|head|body|div|p|span|table|tbody|br|ul|ol|li|h[1-6]|b|i|strong|em|a|font|` +
			`blockquote|section|article|meta|style)\b[^<]*>`,
	)
	htmlEnds = regexp.MustCompile(`(?i)</?[a-z][a-z0-9]*\s*/?>\s*$`)
)

func isHTML(text string) bool { return htmlBegins.MatchString(text) && htmlEnds.MatchString(text) }

var (
	htmlUnseen = regexp.MustCompile(
		`(?is)<(script|style|head|title)\b.*?</(script|style|head|title)\s*>|<!--.*?-->|<!doctype[^>]*>`,
	)
	htmlSpace  = regexp.MustCompile(`[ \t\r\n]+`)
	htmlItem   = regexp.MustCompile(`(?i)<li\b[^>]*>`)
	htmlCell   = regexp.MustCompile(`(?i)</t[dh]\s*>`)
	htmlBreak  = regexp.MustCompile(`(?i)<br\s*/?>|</(div|tr|li|ul|ol|table|blockquote|section|article)\s*>`)
	htmlGap    = regexp.MustCompile(`(?i)</?(p|h[1-6]|hr)\b[^>]*>`)
	htmlTag    = regexp.MustCompile(`</?[a-zA-Z][^>]*>`)
	manyBreaks = regexp.MustCompile(`[ \t]*\n[ \t]*`)
	manyGaps   = regexp.MustCompile(`\n{3,}`)
)

// htmlText returns what a browser would show of an HTML text, about: paragraphs and lines, without pictures
// and the addresses of links.
func htmlText(text string) string {
	text = htmlUnseen.ReplaceAllString(text, "")
	text = htmlSpace.ReplaceAllString(text, " ")
	text = htmlItem.ReplaceAllString(text, "\n- ")
	text = htmlCell.ReplaceAllString(text, "\t")
	text = htmlBreak.ReplaceAllString(text, "\n")
	text = htmlGap.ReplaceAllString(text, "\n\n")
	text = htmlTag.ReplaceAllString(text, "")
	text = strings.ReplaceAll(html.UnescapeString(text), "\u00a0", " ")
	text = manyBreaks.ReplaceAllString(text, "\n")
	return strings.TrimSpace(manyGaps.ReplaceAllString(text, "\n\n"))
}
