package answer

import (
	"slices"
	"strings"
)

// probability returns the chance that the model gave to the label at this place of the content, among the
// labels of the closed list; nil if the tokens do not tell.
//
// It is the product over the label's tokens of P(token), renormalised over the list as in Zhao et al.,
// Calibrate Before Use (2021): alternatives that lead off the list are taken out of the whole. Chances that
// the server does not show stay in and so count against the label. Once only one label can follow, the rest
// of its tokens is mere spelling.
func (t tokens) probability(s place, list []string) *float64 {
	label := s.text
	if s.at < 0 || t.list == nil || !spellAlike(list, label) {
		return nil
	}
	begin, product, offset := t.start+s.at, 1.0, 0
	for _, step := range t.list {
		from := offset
		offset += len(step.text)
		if offset <= begin || step.text == "" {
			continue
		}
		written := max(from-begin, 0)
		if written > len(label) {
			break
		}
		rivals := startingWith(list, label[:written])
		if len(rivals) == 1 {
			break
		}
		share, ok := step.share(begin-from, label[written:], rivals, written)
		if !ok {
			return nil
		}
		product *= share
	}
	if product <= 0 {
		return nil
	}
	return &product
}

// spellAlike writes the labels of the list as the model wrote the one: "Billing" has the rivals "Technical"
// and "General". It reports whether the list then has the label.
func spellAlike(list []string, label string) bool {
	for i, l := range list {
		switch label {
		case strings.ToUpper(label):
			list[i] = strings.ToUpper(l)
		case strings.ToUpper(label[:1]) + strings.ToLower(label[1:]):
			list[i] = strings.ToUpper(l[:1]) + l[1:]
		}
	}
	return slices.Contains(list, label)
}

func startingWith(list []string, prefix string) []string {
	var some []string
	for _, s := range list {
		if strings.HasPrefix(s, prefix) {
			some = append(some, s)
		}
	}
	return some
}

// share returns the chance of the texts that lead to label at this step, without those that lead to none of
// the rivals. If lead is above 0, the label begins in the middle of the token. ok is false if the step
// cannot be read.
func (t token) share(lead int, label string, rivals []string, written int) (share float64, ok bool) {
	others, ok := t.alternatives()
	on, off := t.chance, 0.0
	for _, other := range others {
		text := other.text
		if lead > 0 {
			text = strings.TrimLeft(text, "\": \t\n") // others may write the opening quote differently
		}
		switch {
		case text == "": // may lead anywhere
		case leadsTo(label, text):
			on += other.chance
		case !leadsToAny(rivals, written, text):
			off += other.chance
		}
	}
	return on / max(1-off, on), ok && on > 0
}

// leadsTo reports whether text is a beginning of the rest of a label with its closing quote, or goes on
// after it.
func leadsTo(rest, text string) bool {
	rest += `"`
	return strings.HasPrefix(rest, text) || strings.HasPrefix(text, rest)
}

func leadsToAny(labels []string, written int, text string) bool {
	for _, l := range labels {
		if leadsTo(l[written:], text) {
			return true
		}
	}
	return false
}
