package answer

import (
	"errors"
	"strings"

	"ticketd/domain"
)

// errDiffer is final: no other part of the answer may decide between its verdicts.
var errDiffer = errors.New("it holds verdicts that differ")

// parseContent returns the one verdict in a text: the JSON object that carries both labels, whatever
// surrounds it. Thoughts do not count, nor does what stands in an object that breaks off. Objects whose
// labels differ are no verdict. cutOff reports whether the text breaks off.
func parseContent(text string, cutOff bool) (prediction, error) {
	f := &finder{reader: reader{s: text}}
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
	}
	if inner, ok := f.unquoted(); ok {
		p, err := parseContent(inner, cutOff)
		return p.elsewhere(), err
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
	whole := f.object(0)
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
func (f *finder) unquoted() (string, bool) {
	s := f.s[f.start:]
	from, to := strings.IndexByte(s, '{'), strings.LastIndexByte(s, '}')
	if f.objects > 0 || f.thinking || from < 0 || to < from || s[from+1] != '\\' {
		return "", false
	}
	inner := unescape(s[from : to+1])
	return inner, len(inner) < to+1-from
}

// onlyMarks reports whether s has nothing but blanks, fences and special tokens such as </s> or <|im_end|>.
func onlyMarks(s string) bool {
	for {
		s = strings.Trim(s, " \t\r\n`~\ufeff")
		if s == "" {
			return true
		}
		n := markLength(s)
		if n == 0 {
			return false
		}
		s = s[n:]
	}
}
