package answer

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"unicode"

	"ticketd/domain"
)

// prediction is the model's answer about a ticket.
type prediction struct {
	category           domain.Category
	priority           domain.Priority
	categoryAt         place
	priorityAt         place
	confidence         *float64 // the model's own figures; nil if it gives no usable one
	priorityConfidence *float64
	reason             string
}

// place is where a label stands in the answer's text, and how it is spelt there.
type place struct {
	at   int // -1 if the label is not spelt letter by letter
	text string
}

var nowhere = place{at: -1}

// elsewhere returns p for labels that stand in another text than the answer's tokens.
func (p prediction) elsewhere() prediction {
	p.categoryAt, p.priorityAt = nowhere, nowhere
	return p
}

func (p prediction) sameLabels(other prediction) bool {
	return p.category == other.category && p.priority == other.priority
}

// verdict prefers the confidences of the tokens to the model's own figures.
func (p prediction) verdict(t tokens) (v domain.Verdict, fromTokens bool, err error) {
	confidence := t.probability(p.categoryAt, slugs(domain.Categories()))
	priority := t.probability(p.priorityAt, slugs(domain.Priorities()))
	v, err = domain.NewVerdict(p.category, p.priority,
		cmp.Or(confidence, p.confidence), cmp.Or(priority, p.priorityConfidence), p.reason)
	return v, confidence != nil, err
}

func slugs[L interface{ String() string }](labels []L) []string {
	s := make([]string, len(labels))
	for i, l := range labels {
		s[i] = l.String()
	}
	return s
}

// members are those of an object that count.
type members struct {
	category, priority             member
	own                            member // the label itself, where the object stands for one
	confidence, priorityConfidence member
	reason                         string
	named                          bool
	arguments                      string // of a call that the model wrote down as text
}

// member may be repeated, as long as it says the same.
type member struct {
	value
	found, differ bool
}

func (m *member) add(v value) {
	m.differ = m.differ || m.found && !strings.EqualFold(m.text(), v.text())
	m.value, m.found = v, true
}

// set takes the members that are asked for and those of other forms. It reports whether the name is asked
// for.
func (m *members) set(name string, v value) bool {
	switch plainName(name) {
	case "category":
		m.category.add(v)
	case "priority":
		m.priority.add(v)
	case "confidence":
		m.confidence.add(v)
	case "priorityconfidence":
		m.priorityConfidence.add(v)
	case "reason":
		if v.kind == '"' {
			m.reason = v.text()
		}
	case "value", "label":
		m.own.add(v)
		return false
	case "name":
		m.named = true
		return false
	case "arguments", "parameters":
		if v.kind == '"' {
			m.arguments = v.text()
		}
		return false
	default:
		return false
	}
	return true
}

// label returns the one label for which an object stands: {"value": "billing", "confidence": 0.9} or
// {"category": "billing"}.
func (m *members) label() value {
	v, n := value{kind: '{'}, 0
	for _, one := range []member{m.own, m.category, m.priority} {
		if one.found {
			v, n = one.value, n+1
		}
		if one.differ {
			n++
		}
	}
	if n != 1 {
		return value{kind: '{'}
	}
	v.wrapped, v.confidence = true, m.confidence.figure()
	return v
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

func (m *members) prediction() (p prediction, err error) {
	if !m.category.found || !m.priority.found {
		return p, bad("a label is missing")
	}
	if m.category.differ || m.priority.differ {
		return p, bad("a label is repeated")
	}
	var err1, err2 error
	p.categoryAt, p.category, err1 = label(m.category.value, domain.ParseCategory)
	p.priorityAt, p.priority, err2 = label(m.priority.value, domain.ParsePriority)
	p.confidence = cmp.Or(m.confidence.figure(), m.category.confidence)
	p.priorityConfidence = cmp.Or(m.priorityConfidence.figure(), m.priority.confidence)
	p.reason = m.reason
	return p, cmp.Or(err1, err2)
}

// label takes a label that differs from the list's in case, surrounding blanks and punctuation only, alone
// or in a list of one.
func label[L any](v value, parse func(string) (L, error)) (at place, l L, err error) {
	if v.kind != '"' && v.kind != 'x' {
		return nowhere, l, bad("a label is not a string")
	}
	text := strings.TrimFunc(v.text(), isPunctuation)
	if l, err = parse(strings.ToLower(text)); err != nil {
		return nowhere, l, bad("a label is not on the list") // err would repeat it
	}
	if v.kind != '"' || text != v.raw {
		return nowhere, l, nil
	}
	return place{v.at, text}, l, nil
}

func isPunctuation(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// figure takes a number from 0 to 1, also as a string. Anything else is unknown: 95 may mean .95 or nonsense.
func (m member) figure() *float64 {
	if m.differ || m.wrapped {
		return nil
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(m.text()), 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1 {
		return nil
	}
	return &f
}
