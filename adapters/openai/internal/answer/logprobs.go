package answer

import "github.com/go-json-experiment/json/jsontext"

// logprobs is where the log-probabilities stand in a document. They are most of it, so one pass finds them
// while it reads the document: decoding them into structs takes four times as long, openai-go's types sixty
// times. What is no list of entries is as if it were missing.
type logprobs struct{ entries []entry }

// entry is where the members of an entry of "logprobs.content" or "top_logprobs" stand.
type entry struct{ token, logprob, bytes, others span }

// span is a part of a document, in bytes. The zero value is empty.
type span struct{ from, to int }

func (s span) of(document []byte) jsontext.Value { return document[s.from:s.to] }

// UnmarshalJSONFrom takes a choice's "logprobs", whatever they are. Its errors are of syntax.
func (l *logprobs) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	return eachMember(d, func(name jsontext.Value) error {
		if string(name) != `"content"` {
			return d.SkipValue()
		}
		var err error
		l.entries, err = readEntries(d, UsualTokens)
		return err
	})
}

// maxTokens is several times what the longest answer takes. With more, the tokens do not add up to it.
const maxTokens = 1 << 16

// usualOthers are the alternatives that our calls ask for with each token.
const usualOthers = 5

// readEntries reads a list of about usual elements. One that is no object becomes an entry without members.
func readEntries(d *jsontext.Decoder, usual int) ([]entry, error) {
	if d.PeekKind() != '[' {
		return nil, d.SkipValue()
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	entries := make([]entry, 0, usual)
	for d.PeekKind() != ']' {
		if len(entries) == maxTokens {
			if err := d.SkipValue(); err != nil {
				return nil, err
			}
			continue
		}
		var e entry
		if err := eachMember(d, func(name jsontext.Value) error { return e.read(d, name) }); err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	_, err := d.ReadToken()
	return entries, err
}

func (e *entry) read(d *jsontext.Decoder, name jsontext.Value) error {
	var part *span
	switch string(name) {
	case `"token"`:
		part = &e.token
	case `"logprob"`:
		part = &e.logprob
	case `"bytes"`:
		part = &e.bytes
	case `"top_logprobs"`:
		part = &e.others
	default:
		return d.SkipValue()
	}
	value, err := d.ReadValue()
	part.to = int(d.InputOffset())
	part.from = part.to - len(value)
	return err
}

// eachMember calls read for each member of an object; read takes the member's value off d. What is no
// object has no members.
func eachMember(d *jsontext.Decoder, read func(name jsontext.Value) error) error {
	if d.PeekKind() != '{' {
		return d.SkipValue()
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadValue()
		if err != nil {
			return err
		}
		if err := read(name); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}
