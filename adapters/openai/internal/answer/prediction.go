package answer

import (
	"cmp"
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

// unspelt is p without the places of its labels, which lie in another text than the answer's tokens.
func (p prediction) unspelt() prediction {
	p.categoryAt, p.priorityAt = unspelt, unspelt
	return p
}

func (p prediction) sameLabels(other prediction) bool {
	return p.category == other.category && p.priority == other.priority
}

// members are those of an object that count.
type members struct {
	category, priority             member
	confidence, priorityConfidence member
	reason                         string
	named                          bool
	arguments                      string // of a call that the model wrote down as text
}

// member is one that may be repeated, as long as it says the same.
type member struct {
	value
	found, differ bool
}

func (m *member) add(v value) {
	m.differ = m.differ || m.found && !strings.EqualFold(m.text(), v.text())
	m.value, m.found = v, true
}

func (m *members) set(name string, v value) {
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
	case "name":
		m.named = true
	case "arguments", "parameters":
		if v.kind == '"' {
			m.arguments = v.text()
		}
	}
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

// close ends an object within which the verdicts after from were found. Its own labels stand before them;
// where it has but one label, they may be drafts or quotations.
func (r *reader) close(m members, from int) {
	own := m.category.found || m.priority.found
	switch {
	case own:
		r.found = r.found[:from]
		r.add(m.prediction())
	case m.named && m.arguments != "": // {"name": …, "arguments": "{…}"}
		p, err := parseContent(m.arguments, false)
		r.add(p.unspelt(), err)
	}
}

func (r *reader) add(p prediction, err error) {
	if err != nil {
		r.wrong = err
		return
	}
	r.found = append(r.found, p)
}

func (m members) prediction() (p prediction, err error) {
	if !m.category.found || !m.priority.found {
		return p, bad("a label is missing")
	}
	if m.category.differ || m.priority.differ {
		return p, bad("a label is repeated")
	}
	var err1, err2 error
	p.categoryAt, p.category, err1 = label(m.category.value, domain.ParseCategory)
	p.priorityAt, p.priority, err2 = label(m.priority.value, domain.ParsePriority)
	p.confidence, p.priorityConfidence = m.confidence.figure(), m.priorityConfidence.figure()
	p.reason = m.reason
	return p, cmp.Or(err1, err2)
}
