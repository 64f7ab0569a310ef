package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"
)

const mimeJSON = "application/json"

const (
	// maxBody is the largest body in bytes: a description of 20,000 code points of four bytes each, escaped as
	// surrogate pairs of twelve, fits.
	maxBody = 256 << 10
	// firstRead is the most memory in bytes that a body gets for announcing its length, before it is there.
	firstRead = 4 << 10
)

// body is a request's JSON that was read once: the validation judges its members, and the handler gets them
// from binder.
type body struct {
	*bytes.Reader
	raw     []byte
	members []member
}

// Close has nothing to close: all was read.
func (*body) Close() error { return nil }

// member is one of an object's.
type member struct {
	name string
	kind jsontext.Kind
	text string // a string without its escapes, a number as sent; "" for all else
	list []byte // a list as sent; nil for all else
}

// value is the member as encoding/json would give it, lists and objects without what they hold.
func (m member) value() any {
	switch m.kind {
	case '"':
		return m.text
	case '0':
		return json.Number(m.text)
	case 't', 'f':
		return m.kind == 't'
	case '[':
		return []any{}
	case '{':
		return map[string]any{}
	}
	return nil
}

// readJSON returns the body of a request that declares JSON.
func readJSON(c echo.Context) ([]byte, error) {
	r := c.Request()
	if !isJSON(r.Header.Get(echo.HeaderContentType)) {
		return nil, errMediaType
	}
	if r.ContentLength > maxBody {
		return nil, errBodyTooLarge
	}
	var b bytes.Buffer
	b.Grow(int(min(max(r.ContentLength, 0), firstRead)) + bytes.MinRead)
	_, err := b.ReadFrom(http.MaxBytesReader(c.Response(), r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, errBodyTooLarge
	}
	if err != nil {
		return nil, errBodyCut
	}
	return decode(c, b.Bytes())
}

func isJSON(contentType string) bool {
	if contentType == mimeJSON {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	return (err == nil || kind != "") && kind == mimeJSON
}

var decoders = sync.Pool{New: func() any { return jsontext.NewDecoder(http.NoBody) }}

// readMembers reads raw as one JSON object without repeated names and with nothing after it; ok is false if
// it is anything else.
func readMembers(raw []byte) (members []member, ok bool) {
	d := decoders.Get().(*jsontext.Decoder)
	defer func() {
		d.Reset(http.NoBody) // lets go of raw
		decoders.Put(d)
	}()
	d.Reset(bytes.NewBuffer(raw))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return nil, false
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, false
		}
		m := member{name: name.String()}
		value, err := d.ReadValue()
		if err != nil {
			return nil, false
		}
		if m.kind = value.Kind(); m.kind == '"' || m.kind == '0' {
			m.text = textOf(value)
		} else if m.kind == '[' {
			m.list = bytes.Clone(value)
		}
		members = append(members, m)
	}
	if t, err := d.ReadToken(); err != nil || t.Kind() != '}' {
		return nil, false
	}
	_, err := d.ReadToken()
	return members, errors.Is(err, io.EOF)
}

// textOf takes a number or a string that the decoder has found to be well-formed.
func textOf(v jsontext.Value) string {
	if v.Kind() == '"' && bytes.IndexByte(v, '\\') < 0 {
		return string(v[1 : len(v)-1])
	}
	if v.Kind() == '"' {
		v, _ = jsontext.AppendUnquote(nil, v)
	}
	return string(v)
}

// binder gives the generated code what the validation has read and found right.
type binder struct{}

// Bind fills the generated type of a body.
func (binder) Bind(target any, c echo.Context) error {
	b, ok := c.Request().Body.(*body)
	if !ok {
		return fmt.Errorf("bind %T: the body was not validated", target)
	}
	return b.bind(target)
}

// bind reads all names as they are written: the validation has refused others.
func (b *body) bind(target any) error { return jsonv2.Unmarshal(b.raw, target) }
