package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
)

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// checkParameter says what is wrong with a parameter's text, or "".
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

// checkInteger takes plain decimal digits only: 1.0, 1e3, +1 and 01 are no whole numbers here.
func checkInteger(schema *openapi3.Schema, text string) string {
	if !wholeNumber.MatchString(text) {
		return "must be a whole number"
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || schema.Min != nil && float64(n) < *schema.Min || schema.Max != nil && float64(n) > *schema.Max {
		return rangeOf(schema)
	}
	return ""
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

// checkBody reads raw as one JSON object and compares it with the contract.
func checkBody(op *operation, raw []byte, bad complaints) {
	if field, message := checkJSON(raw); message != "" {
		bad.add(field, message)
		return
	}
	var value any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		bad.add("body", "must be valid JSON")
		return
	}
	object, ok := value.(map[string]any)
	if !ok {
		bad.add("body", "must be a JSON object")
		return
	}
	for name, v := range object {
		checkProperty(op, name, v, bad)
	}
	if len(object) < int(op.body.MinProps) {
		bad.add("body", "must have at least one field")
	}
	for _, name := range op.body.Required {
		if _, sent := object[name]; !sent {
			bad.add(name, "is required")
		}
	}
}

func checkProperty(op *operation, name string, v any, bad complaints) {
	ref, known := op.body.Properties[name]
	if !known {
		bad.add(printable(name), "is not a field of this request")
		return
	}
	schema := ref.Value
	switch value := v.(type) {
	case json.Number:
		if schema.Type.Is(openapi3.TypeInteger) {
			bad.add(name, checkInteger(schema, value.String()))
			return
		}
	case string:
		if rule := op.rules[name]; rule != nil {
			bad.add(name, rule(value))
			return
		}
	}
	bad.add(name, explain(schema.VisitJSON(v, openapi3.VisitAsRequest())))
}

// checkJSON finds what encoding/json lets through: text after the document, repeated names, bad UTF-8, lone surrogates.
func checkJSON(raw []byte) (field, message string) {
	d := jsontext.NewDecoder(bytes.NewReader(raw))
	if _, err := d.ReadValue(); err != nil {
		return explainJSON(raw, err)
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return "body", "must be a single JSON document; there is more after it"
	}
	return "", ""
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

// fieldOf is the field in whose value the syntax breaks, such as one with half a surrogate pair; "body" if it breaks between fields.
func fieldOf(e *jsontext.SyntacticError) string {
	for name := range e.JSONPointer.Tokens() {
		return printable(name)
	}
	return "body"
}

// explain puts a violation of the contract into words for the client. It never repeats what was sent.
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
			list[i] = fmt.Sprint(v)
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
