package answer

import (
	"errors"
	"html"
	"strings"
	"unicode"

	"ticketd/domain"
)

// errDiffer is final: no other part of the answer may decide between its verdicts.
var errDiffer = errors.New("it holds verdicts that differ")

// parseContent returns the one verdict in a text: the JSON object that carries both labels, whatever
// surrounds it. Thoughts do not count, nor does what stands in an object that breaks off. Objects whose
// labels differ are no verdict. cutOff reports whether the text breaks off.
func parseContent(text string, cutOff bool) (prediction, error) {
	return parse(text, cutOff, false)
}

// parse takes escapes and entities, these once, out of a text that has no object, and then reads it again.
func parse(text string, cutOff, decoded bool) (prediction, error) {
	f := &finder{reader: reader{s: text, whole: !cutOff}, cutOff: cutOff}
	f.scan()
	found := f.answered
	if found.none() && !cutOff && onlyMarks(text[f.thoughts.end:]) {
		found = f.thoughts // nobody closed them: they end where the object begins, if nothing follows it
	}
	switch {
	case found.differ:
		return prediction{}, domain.ErrBadAnswer.With(errDiffer)
	case !found.none():
		return found.prediction, nil
	case f.wrong != nil:
		return prediction{}, f.wrong
	case f.objects > 0 || f.thinking:
		return prediction{}, bad("it has no object with both labels")
	}
	rest := f.s[f.start:]
	if !decoded && strings.Contains(rest, "&quot;") {
		p, err := parse(html.UnescapeString(rest), cutOff, true)
		return p.elsewhere(), err
	}
	if inner, ok := unquoted(rest); ok {
		p, err := parse(inner, cutOff, decoded)
		return p.elsewhere(), err
	}
	if m, ok := lines(rest); ok && !cutOff {
		return m.prediction()
	}
	return prediction{}, bad("it has no object with both labels")
}

// finder walks through a text once. It passes over objects as a whole, so that nothing within their strings
// begins or ends a thought.
type finder struct {
	reader
	answered verdicts // outside of thoughts
	thoughts verdicts // after the beginning of thoughts that do not end
	thinking bool     // in such thoughts
	cutOff   bool     // the text breaks off
	broken   int      // objects that began but are no JSON, and whose closing brace is still to come
	objects  int      // of any kind, after the thoughts that ended
	start    int      // where the last thought that ended does so
}

// verdicts are those found in one place: the last of them, and whether their labels differ.
type verdicts struct {
	prediction
	differ bool
	end    int // where the last one ends
}

func (v *verdicts) none() bool { return v.category.IsZero() }

func (v *verdicts) add(p prediction, end int) {
	v.differ = v.differ || !v.none() && !v.sameLabels(p)
	v.prediction, v.end = p, end
}

func (f *finder) scan() {
	f.passBareHarmony()
	for f.i < len(f.s) {
		switch f.s[f.i] {
		case '{':
			f.passObject()
		case '}':
			f.broken = max(f.broken-1, 0)
			f.i++
		case '<', '[', "◁"[0]:
			f.passMark()
		default:
			f.i++
		}
	}
}

// maxProse bounds what is read again after a brace that begins no object: it may have hidden one that does.
const maxProse = 32

func (f *finder) passObject() {
	from := f.i
	f.open, f.found = 0, f.found[:0]
	_, whole := f.object(0)
	if whole {
		f.objects++
	} else if f.open > 0 { // an object must not count that another one quotes without escaping it
		f.broken += f.open
		f.wrong = bad("it is not valid JSON")
		return
	}
	for _, p := range f.found {
		f.note(p)
	}
	if !whole && f.i-from <= maxProse {
		f.i = from + 1
	}
}

func (f *finder) note(p prediction) {
	switch {
	case f.broken > 0:
	case f.thinking:
		f.thoughts.add(p, f.i)
	default:
		f.answered.add(p, f.i)
	}
}

// unquoted returns the inside of an answer that is one JSON string.
func unquoted(s string) (string, bool) {
	from, to := strings.IndexByte(s, '{'), strings.LastIndexByte(s, '}')
	if from < 0 || to < from || s[from+1] != '\\' {
		return "", false
	}
	inner := unescape(s[from : to+1])
	return inner, len(inner) < to+1-from
}

// lines reads an answer of lines such as "- **Category:** billing" in place of an object. A heading may
// stand before them, the rest of a reason after them. It takes no prose: lines within prose may be a
// quotation.
func lines(s string) (m members, ok bool) {
	if _, message, found := strings.Cut(s, "<|message|>"); found {
		s = message
	}
	if strings.Contains(s, "{") {
		return m, false
	}
	first, reason := true, false
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if onlyMarks(line) || strings.HasPrefix(line, "```") || strings.HasPrefix(line, "---") {
			continue
		}
		name, text, _ := strings.Cut(line, ":")
		if n := strings.IndexByte(text, '<'); n > 0 && onlyMarks(text[n:]) {
			text = text[:n]
		}
		name = strings.TrimFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
		v := value{kind: '"', raw: strings.Trim(text, " \t*_`"), at: -1}
		isHeading := first && (strings.HasPrefix(line, "#") || v.raw == "")
		first = false
		switch {
		case m.set(name, v):
			reason = plainName(name) == "reason"
		case !isHeading && !reason:
			return m, false
		}
	}
	return m, m.category.found && m.priority.found
}

// onlyMarks reports whether s has nothing but blanks, fences and special tokens such as </s> or <|im_end|>,
// and no thoughts.
func onlyMarks(s string) bool {
	for {
		s = strings.TrimLeft(s, " \t\r\n`~\ufeff")
		if s == "" {
			return true
		}
		n, what := markAt(s)
		if n == 0 || what == thoughtBegins || what == thoughtEnds {
			return false
		}
		s = s[n:]
	}
}
