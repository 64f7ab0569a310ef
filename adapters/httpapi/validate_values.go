package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// checkParameter returns what is wrong with a parameter's text, or "".
func checkParameter(p *openapi3.Parameter, text string, rule func(string) string) string {
	schema := p.Schema.Value
	switch {
	case !utf8.ValidString(text):
		return "must be valid UTF-8"
	case schema.Type.Is(openapi3.TypeInteger):
		return checkInteger(schema, text)
	case schema.Type.Is(openapi3.TypeBoolean):
		if text != "true" && text != "false" {
			return "must be true or false"
		}
		return ""
	case rule != nil:
		return rule(text)
	}
	return explain(schema.VisitJSON(text))
}

// checkInteger accepts plain decimal digits only: 1.0, 1e3, +1 and 01 are no whole numbers here.
func checkInteger(schema *openapi3.Schema, text string) string {
	if !isWholeNumber(text) {
		return "must be a whole number"
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || schema.Min != nil && float64(n) < *schema.Min ||
		schema.Max != nil && float64(n) > *schema.Max {
		return rangeOf(schema)
	}
	return ""
}

func isWholeNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	notDigit := func(r rune) bool { return r < '0' || r > '9' }
	return digits != "" && (digits == "0" || digits[0] != '0') && !strings.ContainsFunc(digits, notDigit)
}

func rangeOf(s *openapi3.Schema) string {
	switch {
	case s.Min != nil && s.Max != nil:
		return fmt.Sprintf("must be between %.0f and %.0f", *s.Min, *s.Max)
	case s.Min != nil:
		return fmt.Sprintf("must be between %.0f and 9223372036854775807", *s.Min)
	}
	return "must be a 64-bit number"
}

// checkBody compares raw with the contract and returns its members.
func checkBody(op *operation, raw []byte, bad complaints) []member {
	members, ok := readMembers(raw)
	if !ok {
		bad.add(explainBody(raw))
		return nil
	}
	for _, m := range members {
		checkMember(op, m, bad)
	}
	if len(members) < int(op.body.MinProps) {
		bad.add("body", "must have at least one field")
	}
	if most := op.body.MaxProps; most != nil && len(members) > int(*most) {
		bad.add("body", fmt.Sprintf("must have at most %d field of %s", *most,
			strings.Join(slices.Sorted(maps.Keys(op.body.Properties)), ", ")))
	}
	for _, name := range op.body.Required {
		if !slices.ContainsFunc(members, func(m member) bool { return m.name == name }) {
			bad.add(name, "is required")
		}
	}
	return members
}

func checkMember(op *operation, m member, bad complaints) {
	ref, known := op.body.Properties[m.name]
	if !known {
		bad.add(printable(m.name), "is not a field of this request"+didYouMean(m.name, op.body.Properties))
		return
	}
	rule := op.rules[m.name]
	switch {
	case m.kind == 'n' && ref.Value.Nullable:
	case m.kind == '[' && ref.Value.Items != nil:
		bad.add(m.name, checkList(ref.Value, m.list))
	case m.kind == 'n' && !slices.Contains(op.body.Required, m.name):
		bad.add(m.name, "must not be null; leave the field out instead")
	case m.kind == '0' && ref.Value.Type.Is(openapi3.TypeInteger):
		bad.add(m.name, checkInteger(ref.Value, m.text))
	case m.kind == '"' && rule != nil:
		bad.add(m.name, rule(m.text))
	default:
		bad.add(m.name, explain(ref.Value.VisitJSON(m.value(), openapi3.VisitAsRequest())))
	}
}

// checkList takes a list that the decoder has found to be well-formed, of texts or whole numbers.
func checkList(s *openapi3.Schema, raw []byte) string {
	var elements []jsontext.Value
	if err := jsonv2.Unmarshal(raw, &elements); err != nil {
		return "must be a list"
	}
	if n := uint64(len(elements)); n < s.MinItems || s.MaxItems != nil && n > *s.MaxItems {
		return lengthOf(s)
	}
	seen := map[string]bool{}
	for _, value := range elements {
		m := member{kind: value.Kind()}
		if m.kind == '"' || m.kind == '0' {
			m.text = textOf(value)
		}
		var complaint string
		if m.kind == '0' && s.Items.Value.Type.Is(openapi3.TypeInteger) {
			complaint = checkInteger(s.Items.Value, m.text)
		} else {
			complaint = explain(s.Items.Value.VisitJSON(m.value(), openapi3.VisitAsRequest()))
		}
		if complaint != "" {
			return "must be a list of which each element " + complaint
		}
		if s.UniqueItems && seen[m.text] {
			return "must not name anything twice"
		}
		seen[m.text] = true
	}
	return ""
}

func lengthOf(s *openapi3.Schema) string {
	if s.MaxItems == nil {
		return fmt.Sprintf("must have at least %d elements", s.MinItems)
	}
	return fmt.Sprintf("must have between %d and %d elements", s.MinItems, *s.MaxItems)
}

// explainBody tells why raw is not one JSON object. It is as strict as readMembers: encoding/json accepts
// text after the document, repeated names, bad UTF-8 and lone surrogates.
func explainBody(raw []byte) (field, message string) {
	d := jsontext.NewDecoder(bytes.NewReader(raw))
	if _, err := d.ReadValue(); err != nil {
		return explainJSON(raw, err)
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return "body", "must be a single JSON document; there is more after it"
	}
	return "body", "must be a JSON object"
}

func explainJSON(raw []byte, err error) (field, message string) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return "body", "must not be empty"
	}
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case ok && errors.Is(err, jsontext.ErrDuplicateName):
		return printable(syntax.JSONPointer.LastToken()), "must be given only once"
	case !ok || errors.Is(err, io.ErrUnexpectedEOF):
		return "body", "must be valid JSON; it ends too early"
	case !utf8.Valid(raw):
		return fieldOf(syntax), "must be valid UTF-8"
	}
	return fieldOf(syntax), fmt.Sprintf("must be valid JSON; it breaks at byte %d", syntax.ByteOffset)
}

// fieldOf returns the field in whose value the syntax breaks, for example by half a surrogate pair, or "body"
// if it breaks between fields.
func fieldOf(e *jsontext.SyntacticError) string {
	for name := range e.JSONPointer.Tokens() {
		return printable(name)
	}
	return "body"
}

// explain puts a violation of the contract into words for the client. It never repeats what the client sent.
func explain(err error) string {
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*openapi3.SchemaError](err)
	if !ok {
		return "is invalid"
	}
	switch e.SchemaField {
	case "nullable":
		return "must not be null"
	case "type":
		return typeOf(e.Schema)
	case "enum":
		list := make([]string, len(e.Schema.Enum))
		for i, v := range e.Schema.Enum {
			if list[i] = "null"; v != nil {
				list[i] = fmt.Sprint(v)
			}
		}
		if len(list) == 1 {
			return "must be " + list[0]
		}
		return "must be one of " + strings.Join(list, ", ")
	}
	return "is invalid: " + e.SchemaField
}

func typeOf(s *openapi3.Schema) string {
	switch {
	case s.Type.Is(openapi3.TypeInteger):
		return "must be a whole number"
	case s.Type.Is(openapi3.TypeBoolean):
		return "must be true or false"
	case s.Type.Is(openapi3.TypeNumber):
		return "must be a number"
	}
	return "must be a " + strings.Join(s.Type.Slice(), " or ")
}
