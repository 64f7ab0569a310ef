package settings

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// variable is a line of a .env file.
type variable struct{ name, value string }

// readDotenv reads the .env file of the working directory: UTF-8, or UTF-16 with a byte order mark, as
// Windows' editors and shells write it; any line ends.
func readDotenv() ([]variable, error) {
	f, err := os.Open(".env")
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(transform.NewReader(f, unicode.BOMOverride(transform.Nop)))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return parseDotenv(string(text))
}

// parseDotenv takes values as they are written: a $ is a $. A value may be in single quotes or backquotes,
// within which nothing has a meaning, or in double quotes, within which \n, \r, \t, \" and \\ are what they
// are in other files; either may go over several lines. A # begins a comment at the start of a line, after a
// blank, or after a quoted value. Its errors name the line and never repeat it: it may hold a secret.
func parseDotenv(text string) ([]variable, error) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	var all []variable
	for line := 1; text != ""; {
		v, rest, err := nextVariable(text)
		if err != nil {
			return nil, fmt.Errorf(".env line %d %w", line, err)
		}
		if v.name != "" {
			all = append(all, v)
		}
		line += strings.Count(text[:len(text)-len(rest)], "\n")
		text = rest
	}
	return all, nil
}

// nextVariable reads one line, or as many as a quoted value has, and returns what follows. The name is empty
// for a line without a variable.
func nextVariable(text string) (variable, string, error) {
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return variable{}, rest, nil
	}
	name, _, found := strings.Cut(line, "=")
	name = strings.TrimSpace(strings.TrimPrefix(name, "export "))
	if !found || name == "" || strings.ContainsAny(name, " \t'\"`#") {
		return variable{}, "", errors.New("must be NAME=value, # comment, or empty")
	}
	_, after, _ := strings.Cut(text, "=")
	after = strings.TrimLeft(after, " \t")
	if after != "" && strings.ContainsRune("'\"`", rune(after[0])) {
		value, rest, err := quoted(after[1:], after[0])
		return variable{name, value}, rest, err
	}
	value, rest, _ := strings.Cut(after, "\n")
	return variable{name, uncommented(value)}, rest, nil
}

func uncommented(value string) string {
	for i := range value {
		if value[i] == '#' && (i == 0 || value[i-1] == ' ' || value[i-1] == '\t') {
			value = value[:i]
			break
		}
	}
	return strings.TrimSpace(value)
}

// quoted reads up to the closing quote and over the rest of its line.
func quoted(text string, quote byte) (value, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == quote:
			after, rest, _ := strings.Cut(text[i+1:], "\n")
			if after = strings.TrimSpace(after); after != "" && after[0] != '#' {
				return "", "", errors.New("has more after the closing quote")
			}
			return b.String(), rest, nil
		case c == '\\' && quote == '"' && i+1 < len(text):
			i++
			b.WriteString(escaped(text[i]))
		default:
			b.WriteByte(c)
		}
	}
	return "", "", errors.New("opens a quote that nothing closes")
}

// escaped is what a backslash and c stand for in double quotes.
func escaped(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	case '"', '\\', '$', '`':
		return string(c)
	}
	return `\` + string(c)
}
