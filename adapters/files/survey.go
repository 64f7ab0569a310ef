package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
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
	if err := isTable(sample); err != nil {
		return survey{}, err
	}
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

// isTable refuses what begins as a workbook does, a ZIP file or what Excel wrote until 2003, and an archive
// of our own.
func isTable(sample []byte) error {
	if bytes.HasPrefix(sample, []byte(archiveStart)) {
		return errors.New("is a full export, which --full imports")
	}
	for _, start := range []string{"PK\x03\x04", "\xd0\xcf\x11\xe0"} {
		if bytes.HasPrefix(sample, []byte(start)) {
			return errors.New("is no text but a workbook or an archive: " + asText)
		}
	}
	return nil
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
	case c.whole*20 < c.broken && c.side*3 <= c.broken && c.inside*10 <= c.broken && c.unused == 0:
		return &windows1252, nil
	}
	const text = "line %d is no UTF-8, and the file does not look like Windows-1252 either: " +
		"--encoding says what it is (windows-1251, iso-8859-2, utf-8 …)"
	return nil, fmt.Errorf(text, c.firstBroken)
}
