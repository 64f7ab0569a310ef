package openai

import (
	"github.com/go-json-experiment/json"

	"ticketd/domain"
)

// ReadAnswer is the way of a server's document to a verdict, for the fuzzer.
func ReadAnswer(body []byte) (domain.Answer, error) {
	answer, _, err := readAnswer(domain.Answer{}, body)
	return answer, err
}

// Calls gives the call for a message without some parameters as it is sent, and as openai-go writes it.
func (c *Classifier) Calls(message string, without uint32) (sent, written []byte, err error) {
	f := form{without: parameter(without), budget: usualBudget}
	t, err := c.template(f)
	if err != nil {
		return nil, nil, err
	}
	written, err = c.params(message, f).MarshalJSON()
	return t.of(message), written, err
}

// AllParameters has a bit for every parameter that may be rejected.
const AllParameters = uint32(paramSystemRole<<1 - 1)

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
