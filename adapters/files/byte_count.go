package files

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// byteCount counts what tells encodings apart.
type byteCount struct {
	whole       int // characters of UTF-8 above ASCII
	broken      int // bytes that are no UTF-8; of which
	side        int // follow another one: rare in Western languages, usual in others
	inside      int // are quotes or capitals of Windows-1252 within a word, as letters of DOS and old Macs are
	unused      int // stand for nothing in Windows-1252
	cut         int // end the file as the start of a character
	firstBroken int // its line

	line       int
	lastBroken byte // 0 if the character before was none
}

func (c *byteCount) read(r io.Reader) error {
	c.line = 1
	buffer, kept := make([]byte, 1<<16), 0
	for {
		n, err := r.Read(buffer[kept:])
		text, last := buffer[:kept+n], errors.Is(err, io.EOF)
		kept = copy(buffer, c.add(text, last))
		if last {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// add counts and returns what may be the start of a character.
func (c *byteCount) add(text []byte, last bool) []byte {
	for i := 0; i < len(text); {
		if n := leadingASCII(text[i:]); n > 0 {
			c.line += bytes.Count(text[i:i+n], []byte("\n"))
			c.lastBroken = 0
			i += n
			continue
		}
		if !utf8.FullRune(text[i:]) {
			if !last {
				return text[i:]
			}
			c.cut = len(text) - i
		}
		r, size := utf8.DecodeRune(text[i:])
		if r != utf8.RuneError || size > 1 {
			c.whole++
			c.lastBroken = 0
		} else {
			c.addBroken(text[i])
			if i > 0 && i+1 < len(text) && breaksWord(text[i-1], text[i], text[i+1]) {
				c.inside++
			}
		}
		i += size
	}
	return nil
}

// leadingASCII counts the bytes before the first that is none, eight at a time.
func leadingASCII(text []byte) int {
	n := 0
	for ; n+8 <= len(text) && binary.LittleEndian.Uint64(text[n:])&0x8080808080808080 == 0; n += 8 {
	}
	for n < len(text) && text[n] < utf8.RuneSelf {
		n++
	}
	return n
}

func (c *byteCount) addBroken(b byte) {
	if c.broken == 0 {
		c.firstBroken = c.line
	}
	c.broken++
	if c.lastBroken != 0 && !westernPair(c.lastBroken, b) {
		c.side++
	}
	c.lastBroken = b
	switch b {
	case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
		c.unused++
	}
}

// westernPair reports whether two bytes above ASCII stand side by side in Western languages too: the vowels
// before ß as in Größe, éé as in créée, and French quotes with their fixed blanks.
func westernPair(first, second byte) bool {
	switch {
	case second == 0xdf:
		return strings.IndexByte("\xc4\xd6\xdc\xe4\xf6\xfc", first) >= 0
	case first == 0xe9:
		return second == 0xe9
	}
	return first == 0xab && second == 0xa0 || first == 0xa0 && second == 0xbb
}

// breaksWord reports whether b, between its neighbours, is a quote or sign within a word in Windows-1252, or
// a capital after a small letter. In the code pages of DOS and of old Macs these bytes are ä, é, ö or ü.
func breaksWord(before, b, after byte) bool {
	if !isLetter(before) || !isLetter(after) && after < 0xc0 {
		return false
	}
	if strings.IndexByte("\x8a\x8e\x9f", b) >= 0 { // Š, Ž, Ÿ
		return before >= 'a'
	}
	return strings.IndexByte("\x82\x84\x86\x87\x88\x89\x8b\x91\x93\x94\x95\x98\x99\x9b", b) >= 0
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }
