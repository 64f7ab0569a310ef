package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// textEncoding is how the bytes of a file are to be read.
type textEncoding struct {
	name    string
	decoder func() *encoding.Decoder // nil for UTF-8
	mark    string                   // the byte order mark
	order   byteOrder                // of UTF-16
}

// ByteOrderMark at the start of a file tells Excel that it is UTF-8.
const ByteOrderMark = "\ufeff"

type byteOrder int

const (
	noOrder byteOrder = iota
	littleEndian
	bigEndian
)

var (
	utf8Text    = textEncoding{name: "UTF-8", mark: ByteOrderMark}
	utf16Little = utf16(littleEndian, "UTF-16LE", "\xff\xfe", unicode.LittleEndian)
	utf16Any    = textEncoding{name: "UTF-16", order: littleEndian} // its order is still to be found
	utf16Big    = utf16(bigEndian, "UTF-16BE", "\xfe\xff", unicode.BigEndian)
	windows1252 = single(charmap.Windows1252)
)

func utf16(order byteOrder, name, mark string, e unicode.Endianness) textEncoding {
	return textEncoding{name, unicode.UTF16(e, unicode.IgnoreBOM).NewDecoder, mark, order}
}

func single(m *charmap.Charmap) textEncoding {
	return textEncoding{name: strings.Replace(m.String(), "Windows ", "Windows-", 1), decoder: m.NewDecoder}
}

// encodingNamed returns an encoding by a usual name: utf-8, UTF-16LE, cp1252, latin1, ISO-8859-15 …
func encodingNamed(name string) (textEncoding, error) {
	folded := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
	switch folded {
	case "utf8", "utf8bom":
		return utf8Text, nil
	case "utf16":
		return utf16Any, nil
	case "utf16le":
		return utf16Little, nil
	case "utf16be":
		return utf16Big, nil
	case "latin1":
		folded = "iso88591"
	}
	for _, e := range charmap.All {
		m, ok := e.(*charmap.Charmap)
		if !ok {
			continue
		}
		own := strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(m.String()))
		if folded == own || folded == strings.Replace(own, "windows", "cp", 1) ||
			folded == strings.Replace(own, "ibmcodepage", "cp", 1) {
			return single(m), nil
		}
	}
	return textEncoding{}, fmt.Errorf("%q is no encoding: name utf-8, utf-16, windows-1252, "+
		"another of one byte a character such as windows-1251 or iso-8859-15, or leave it out", name)
}

// marked returns the encoding whose byte order mark begins the text.
func marked(text []byte) (textEncoding, bool) {
	for _, e := range []textEncoding{utf8Text, utf16Little, utf16Big} {
		if bytes.HasPrefix(text, []byte(e.mark)) {
			return e, true
		}
	}
	return textEncoding{}, false
}

// utf16Unmarked recognises UTF-16 without a mark by the letters, signs and line ends of ASCII in it, which
// are a zero byte and another.
func utf16Unmarked(text []byte) (textEncoding, bool) {
	var little, big, both int
	for pair := range slices.Chunk(text[:len(text)/2*2], 2) {
		switch {
		case pair[1] == 0 && printable(pair[0]):
			little++
		case pair[0] == 0 && printable(pair[1]):
			big++
		case printable(pair[0]) && printable(pair[1]):
			both++
		}
	}
	const share, clearly = 20, 2
	pairs := len(text) / 2
	switch {
	case both*share > pairs*15: // a text of ASCII with some zero bytes
		return textEncoding{}, false
	case little*share > pairs && little > clearly*big:
		return utf16Little, true
	case big*share > pairs && big > clearly*little:
		return utf16Big, true
	}
	return textEncoding{}, false
}

func printable(b byte) bool { return b >= ' ' && b < 0x7f || b == '\n' || b == '\r' || b == '\t' }

// errCut is the error for a file that ends within a character.
var errCut = errors.New("ends in the middle of a character: the file is cut off")

// decode returns the text of r as UTF-8 without a byte order mark.
func (e textEncoding) decode(r io.Reader) io.Reader {
	if e.decoder == nil {
		return transform.NewReader(r, unicode.BOMOverride(transform.Nop))
	}
	if e.order != noOrder {
		return transform.NewReader(r, unicode.BOMOverride(e.decoder()))
	}
	return transform.NewReader(r, e.decoder())
}
