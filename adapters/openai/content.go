package openai

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"ticketd/domain"
)

// said is the model's answer, checked but for the confidences that are still open.
type said struct {
	category           domain.Category
	priority           domain.Priority
	categoryAt         int // where the label's first letter stands in the content; -1 if it is not spelt letter by letter
	priorityAt         int
	confidence         *float64 // the model's own figures, nil if it gives none
	priorityConfidence *float64
	reason             string
}

// parseContent takes exactly one JSON object without repeated members. Members that nobody asked for are passed over, the two
// labels must be there.
func parseContent(content string) (said, error) {
	from, object := unfence(content)
	dec := jsontext.NewDecoder(strings.NewReader(object))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return said{}, bad("it is not a JSON object")
	}
	s := said{categoryAt: -1, priorityAt: -1}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return said{}, bad("it is not valid JSON") // err may quote it
		}
		member := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return said{}, bad("it is not valid JSON")
		}
		if err := s.set(member, value, from+int(dec.InputOffset())-len(value)); err != nil {
			return said{}, err
		}
	}
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '}' {
		return said{}, bad("it is not valid JSON")
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return said{}, bad("something follows the JSON object")
	}
	if s.category.IsZero() || s.priority.IsZero() {
		return said{}, bad("a label is missing")
	}
	return s, nil
}

// unfence takes off a Markdown code fence around the whole content and says where the rest begins: models on servers without
// schemas add one to an otherwise perfect answer.
func unfence(content string) (from int, object string) {
	trimmed := strings.TrimSpace(content)
	inner, fenced := strings.CutPrefix(trimmed, "```")
	inner, closed := strings.CutSuffix(inner, "```")
	if !fenced || !closed {
		return 0, content
	}
	inner = strings.TrimPrefix(inner, "json")
	return strings.Index(content, "```") + len(trimmed) - len("```") - len(inner), inner
}

// set takes one member; value begins at offset in the content.
func (s *said) set(member string, value jsontext.Value, offset int) error {
	var err error
	switch member {
	case "category":
		s.categoryAt, s.category, err = label(value, offset, domain.ParseCategory)
	case "priority":
		s.priorityAt, s.priority, err = label(value, offset, domain.ParsePriority)
	case "confidence":
		s.confidence, err = figure(value)
	case "priority_confidence":
		s.priorityConfidence, err = figure(value)
	case "reason":
		s.reason, err = line(value)
	}
	return err
}

func label[L interface{ String() string }](value jsontext.Value, offset int, parse func(string) (L, error)) (int, L, error) {
	var none L
	if value.Kind() != '"' {
		return -1, none, bad("a label is not a string")
	}
	s, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return -1, none, bad("it is not valid JSON")
	}
	l, err := parse(string(s))
	if err != nil {
		return -1, none, bad("a label is not on the list")
	}
	if len(s)+len(`""`) != len(value) {
		return -1, l, nil
	}
	return offset + 1, l, nil
}

// figure takes a number from 0 to 1; null is none.
func figure(value jsontext.Value) (*float64, error) {
	switch value.Kind() {
	case 'n':
		return nil, nil
	case '0':
	default:
		return nil, bad("a confidence is not a number")
	}
	f, err := strconv.ParseFloat(string(value), 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1 {
		return nil, bad("a confidence is not between 0 and 1")
	}
	return &f, nil
}

// line takes a string; null is none.
func line(value jsontext.Value) (string, error) {
	switch value.Kind() {
	case 'n':
		return "", nil
	case '"':
	default:
		return "", bad("the reason is not a string")
	}
	s, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return "", bad("it is not valid JSON")
	}
	return string(s), nil
}
