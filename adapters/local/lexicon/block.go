package lexicon

import (
	"math"
	"strconv"
	"strings"
)

// block is a head, "[names] weights", and the lines below it.
type block struct {
	line    int
	names   []string
	weights Weights
	urgency float32
	topic   bool
	lines   []textLine
}

type textLine struct {
	number int
	text   string
}

// blocks splits a file. Lines that begin with "//" and empty ones do not count.
func (p *parser) blocks(text string) []block {
	var blocks []block
	number := 0
	for raw := range strings.Lines(text) {
		number++
		switch text := strings.TrimSpace(raw); {
		case text == "" || strings.HasPrefix(text, "//"):
		case text[0] == '[':
			blocks = append(blocks, p.head(number, text))
		case len(blocks) == 0:
			p.refuse(number, "%q stands before the first [name]", text)
		default:
			last := &blocks[len(blocks)-1]
			last.lines = append(last.lines, textLine{number, text})
		}
	}
	for _, b := range blocks {
		if len(b.lines) == 0 {
			p.refuse(b.line, "nothing stands below [%s]", strings.Join(b.names, "|"))
		}
	}
	return blocks
}

func (p *parser) head(number int, text string) block {
	b := block{line: number}
	names, weights, closed := strings.Cut(text[1:], "]")
	if !closed {
		p.refuse(number, `%q has no "]"`, text)
		return b
	}
	b.names = strings.Split(names, "|")
	for i, name := range b.names {
		if b.names[i] = strings.TrimSpace(name); b.names[i] == "" {
			p.refuse(number, "a name is missing in %q", text)
		}
	}
	given := map[string]bool{}
	for _, weight := range strings.Fields(weights) {
		key, value, _ := strings.Cut(weight, "=")
		if given[key] {
			p.refuse(number, "%s is given twice", key)
		}
		given[key] = true
		if weight == "topic" {
			b.topic = true
			continue
		}
		p.weight(&b, key, value)
	}
	return b
}

// heaviest is what no weight exceeds in either direction: log-odds of 10 are 22,000 to 1.
const heaviest = 10

func (p *parser) weight(b *block, key, value string) {
	w, err := strconv.ParseFloat(value, 32)
	if err != nil || !(math.Abs(w) <= heaviest) {
		p.refuse(b.line, "%s=%s must be a number from -%d to %[3]d", key, value, heaviest)
		return
	}
	switch key {
	case "billing":
		b.weights[Billing] = float32(w)
	case "technical":
		b.weights[Technical] = float32(w)
	case "general":
		b.weights[General] = float32(w)
	case "urgency":
		b.urgency = float32(w)
	default:
		p.refuse(b.line, "%q is none of billing, technical, general and urgency", key)
	}
}

// entries yields what a line holds, divided by ";", which may also end it.
func (l textLine) entries(yield func(string) bool) {
	for entry := range strings.SplitSeq(strings.TrimSuffix(l.text, ";"), ";") {
		if !yield(strings.TrimSpace(entry)) {
			return
		}
	}
}
