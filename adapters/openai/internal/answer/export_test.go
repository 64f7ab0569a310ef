package answer

import "github.com/go-json-experiment/json"

// Alternative is a token with its probability, and what stood beside it.
type Alternative struct {
	Text   string
	Chance float64
	Others []Alternative
}

// ReadTokens reads "logprobs" for a content; nil if they cannot be read or do not fit.
func ReadTokens(raw []byte, content string) []Alternative {
	var l logprobs
	if json.Unmarshal(raw, &l, lenient()) != nil {
		return nil
	}
	var list []Alternative
	for _, t := range readTokens(raw, l, content).list {
		a := Alternative{Text: t.text, Chance: t.chance}
		others, ok := t.alternatives()
		if !ok {
			return nil
		}
		for _, o := range others {
			a.Others = append(a.Others, Alternative{Text: o.text, Chance: o.chance})
		}
		list = append(list, a)
	}
	return list
}
