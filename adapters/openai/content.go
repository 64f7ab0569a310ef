package openai

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"ticketd/domain"
)

// prediction is what the model said of a ticket.
type prediction struct {
	category           domain.Category
	priority           domain.Priority
	categoryAt         spelling
	priorityAt         spelling
	confidence         *float64 // the model's own figures, nil if it gives none that can be used
	priorityConfidence *float64
	reason             string
}

// spelling is how and where a label stands in the text; at is -1 if it is not spelt letter by letter.
type spelling struct {
	at   int
	text string
}

var unspelt = spelling{at: -1}

func (p prediction) sameLabels(other prediction) bool {
	return p.category == other.category && p.priority == other.priority
}

// finding is a verdict in a text and where its object ends.
type finding struct {
	prediction
	end int
}

// parseContent finds the one verdict in a text: the JSON object that carries both labels, whatever surrounds it. What stands in
// thoughts does not count. Two objects whose labels differ are no verdict. cutOff says that the text does not reach its own end.
func parseContent(text string, cutOff bool) (prediction, error) {
	f := &finder{looseReader: looseReader{s: text}}
	f.scan()
	found := f.answered
	if len(found) == 0 && !cutOff && len(f.thought) > 0 {
		// Thoughts that nobody closed end where the object begins, if nothing follows it.
		if last := f.thought[len(f.thought)-1]; onlyMarks(text[last.end:]) {
			found = []finding{last}
		}
	}
	if f.spent() {
		return prediction{}, bad("it cannot be read")
	}
	if len(found) == 0 {
		if f.wrong != nil {
			return prediction{}, f.wrong
		}
		if inner, ok := unwrapped(text); ok {
			p, err := parseContent(inner, cutOff)
			p.categoryAt, p.priorityAt = unspelt, unspelt
			return p, err
		}
		return prediction{}, bad("it has no object with both labels")
	}
	last := found[len(found)-1].prediction
	for _, other := range found {
		if !other.sameLabels(last) {
			return prediction{}, bad("it holds verdicts that differ")
		}
	}
	return last, nil
}

// unwrapped returns the text within a JSON string that is the whole answer.
func unwrapped(text string) (string, bool) {
	text = strings.TrimSpace(text)
	r := looseReader{s: text}
	i := 0
	if !strings.HasPrefix(text, `"`) {
		return "", false
	}
	v, ok := r.quoted(&i)
	return v.text, ok && i == len(text) && strings.Contains(v.text, "{") && len(v.text) < len(text)
}

// finder walks through a text once. Objects are passed over as a whole, so that nothing within their strings opens or ends a thought.
type finder struct {
	looseReader
	answered []finding // outside of thoughts
	thought  []finding // after the beginning of thoughts that do not end
	wrong    error     // why an object with both members is no verdict
}

func (f *finder) scan() {
	thinking := false
	for i := 0; i < len(f.s) && !f.spent(); {
		if end, what := f.mark(i); what != noMark {
			switch {
			case what == endsThought:
				f.answered, f.thought, f.wrong, thinking = nil, nil, nil, false // what stands before was a thought
			case end > 0:
				i = end
				continue
			default:
				thinking = true
			}
			i += markLength(f.s[i:])
			continue
		}
		if c := f.s[i]; c == '{' || c == '[' {
			if v, end, ok := f.read(i); ok {
				f.collect(v, end, thinking)
				i = end
				continue
			}
		}
		i++
	}
}

// collect notes the verdicts in v: v itself, else those of the values within it.
func (f *finder) collect(v value, end int, thinking bool) {
	switch v.kind {
	case '[':
		for _, item := range v.items {
			f.collect(item, end, thinking)
		}
	case '{':
		p, both, err := predictionOf(v)
		switch {
		case err != nil:
			f.wrong = err
		case both && thinking:
			f.thought = append(f.thought, finding{p, end})
		case both:
			f.answered = append(f.answered, finding{p, end})
		default:
			f.collectMembers(v, end, thinking)
		}
	}
}

// collectMembers also reads the arguments of a call that a model wrote down as text: {"name": …, "arguments": "{…}"}.
func (f *finder) collectMembers(v value, end int, thinking bool) {
	named := false
	for _, m := range v.members {
		named = named || m.name == "name"
	}
	for _, m := range v.members {
		f.collect(m.value, end, thinking)
		if named && m.value.kind == '"' && (m.name == "arguments" || m.name == "parameters") {
			inner := finder{looseReader: looseReader{s: m.value.text}}
			inner.scan()
			for _, found := range inner.answered {
				found.categoryAt, found.priorityAt, found.end = unspelt, unspelt, end
				f.answered = append(f.answered, found)
			}
		}
	}
}

// predictionOf reads an object. both is false if a label's member is missing; it is an error if one is there and no label of its list,
// or is repeated with another value.
func predictionOf(object value) (p prediction, both bool, err error) {
	category, one, err1 := only(object, "category")
	priority, two, err2 := only(object, "priority")
	if !one || !two {
		return prediction{}, false, nil
	}
	if err1 != nil || err2 != nil {
		return prediction{}, true, bad("a label is repeated")
	}
	if p.categoryAt, p.category, err = label(category, domain.ParseCategory); err != nil {
		return prediction{}, true, err
	}
	if p.priorityAt, p.priority, err = label(priority, domain.ParsePriority); err != nil {
		return prediction{}, true, err
	}
	for _, m := range object.members {
		switch plainName(m.name) {
		case "confidence":
			p.confidence = figure(m.value)
		case "priorityconfidence":
			p.priorityConfidence = figure(m.value)
		case "reason":
			if m.value.kind == '"' {
				p.reason = m.value.text
			}
		}
	}
	return p, true, nil
}

// plainName lets names differ in case, blanks and joints: "Priority Confidence" is priority_confidence.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// only returns the member of that name; err is set if others of that name say something else.
func only(object value, name string) (v value, found bool, err error) {
	for _, m := range object.members {
		if plainName(m.name) != name {
			continue
		}
		if found && !strings.EqualFold(plainLabel(v.text), plainLabel(m.value.text)) {
			err = bad("a label is repeated")
		}
		v, found = m.value, true
	}
	return v, found, err
}

// label takes a label that differs from the list's in case, surrounding blanks and punctuation only, alone or in a list of one.
func label[L interface{ String() string }](v value, parse func(string) (L, error)) (at spelling, l L, err error) {
	if v.kind == '[' && len(v.items) == 1 {
		v = v.items[0]
	}
	if v.kind != '"' && v.kind != 'x' {
		return unspelt, l, bad("a label is not a string")
	}
	plain := plainLabel(v.text)
	if l, err = parse(strings.ToLower(plain)); err != nil {
		return unspelt, l, bad("a label is not on the list") // err would repeat it
	}
	if v.kind != '"' || plain != v.text {
		return unspelt, l, nil
	}
	return spelling{v.at, plain}, l, nil
}

func plainLabel(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// figure takes a number from 0 to 1, also as a string. Anything else is unknown: 95 may mean .95 or nonsense.
func figure(v value) *float64 {
	if v.kind != 'x' && v.kind != '"' {
		return nil
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1 {
		return nil
	}
	return &f
}
