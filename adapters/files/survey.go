package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"
)

// survey is what one reading of all the bytes of a file finds.
type survey struct {
	digest   string
	encoding textEncoding
}

// sampleSize is how many bytes at the start of a file tell UTF-16.
const sampleSize = 1 << 16

// surveyFile reads the file at path. With a wanted encoding it finds out whether the bytes can be that;
// without, which one they are. It refuses what is no regular file, since that cannot be read twice.
func surveyFile(ctx context.Context, path string, wanted *textEncoding) (survey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return survey{}, err
	}
	if !info.Mode().IsRegular() {
		const text = "%s: is no regular file, which an import needs since it reads it more than once"
		return survey{}, fmt.Errorf(text, path)
	}
	file, err := os.Open(path)
	if err != nil {
		return survey{}, err
	}
	defer file.Close() // it was only read
	s, err := surveyBytes(until{ctx, file}, wanted)
	if err != nil {
		return survey{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func surveyBytes(r io.Reader, wanted *textEncoding) (survey, error) {
	digest := sha256.New()
	r = io.TeeReader(r, digest)
	sample := make([]byte, sampleSize)
	n, err := io.ReadFull(r, sample)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return survey{}, err
	}
	sample = sample[:n]
	r = io.MultiReader(bytes.NewReader(sample), r)
	certain, err := startsAs(sample, wanted)
	if err != nil {
		return survey{}, err
	}
	switch {
	case certain == nil:
		certain, err = guess(r)
	case certain.order != noOrder:
		err = checkUTF16(r, certain.order)
	default:
		_, err = io.Copy(io.Discard, r)
	}
	if err != nil {
		return survey{}, err
	}
	return survey{hex.EncodeToString(digest.Sum(nil)), *certain}, nil
}

// startsAs returns the encoding where the start of the file or the caller's wish leaves no doubt.
func startsAs(sample []byte, wanted *textEncoding) (*textEncoding, error) {
	mark, found := marked(sample)
	if wanted != nil && wanted.name == utf16Any.name {
		wanted = &utf16Little
		if e, unmarked := utf16Unmarked(sample); unmarked {
			wanted = &e
		} else if found && mark.order != noOrder {
			wanted = &mark
		}
	}
	switch {
	case found && wanted != nil && wanted.name != mark.name:
		return nil, fmt.Errorf("begins with the byte order mark of %s and cannot be %s", mark.name, wanted.name)
	case wanted != nil:
		return wanted, nil
	case found:
		return &mark, nil
	}
	if e, found := utf16Unmarked(sample); found {
		return &e, nil
	}
	return nil, nil
}

// guess tells UTF-8 from Windows-1252.
func guess(r io.Reader) (*textEncoding, error) {
	var c byteCount
	if err := c.read(r); err != nil {
		return nil, err
	}
	switch {
	case c.broken == 0:
		return &utf8Text, nil
	case c.broken == c.cut:
		return nil, fmt.Errorf("%w; if it is not, --encoding windows-1252 reads its last byte as a letter", errCut)
	case c.whole > c.broken:
		return &utf8Text, nil // some rows are broken, and each is named
	case c.whole*20 < c.broken && c.side*3 <= c.broken && c.unused == 0:
		return &windows1252, nil
	}
	const text = "line %d is no UTF-8, and the file does not look like Windows-1252 either: " +
		"--encoding says what it is (windows-1251, iso-8859-2, utf-8 …)"
	return nil, fmt.Errorf(text, c.firstBroken)
}

// byteCount counts what tells encodings apart.
type byteCount struct {
	whole       int // characters of UTF-8 above ASCII
	broken      int // bytes that are no UTF-8; of which
	side        int // follow another one: rare in Western languages, usual in others
	unused      int // stand for nothing in Windows-1252
	cut         int // end the file as the start of a character
	firstBroken int // its line

	line       int
	lastBroken bool
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
			c.lastBroken = false
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
			c.lastBroken = false
		} else {
			c.addBroken(text[i])
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
	if c.lastBroken {
		c.side++
	}
	c.lastBroken = true
	switch b {
	case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
		c.unused++
	}
}
