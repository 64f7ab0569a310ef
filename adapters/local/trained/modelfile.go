package trained

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// A file holds a magic word, the format, the SHA-256 of both and of the rest, and the rest, in little-endian
// order: the lexicon's version, the number of tickets, whether there are priorities, the IDF of unknown
// n-grams, the blends, the known n-grams of words, the buckets in use, ascending, and from format 2 on the
// fingerprints of the training's tickets, ascending.
const (
	magic  = "tktmodel"
	format = 2
	// MaxFile is the size in bytes that no model file exceeds.
	MaxFile = 10 << 20

	sumAt    = len(magic) + 4
	headSize = sumAt + sha256.Size
)

// The reasons why this program cannot use a file.
var (
	ErrForeign      = errors.New("this is no model file of ticketd train")
	ErrDamaged      = errors.New("the model file is damaged")
	ErrNewer        = errors.New("a newer ticketd made this model file")
	ErrOtherLexicon = errors.New(
		"this model was trained with another version of the built-in classifier; train again")
)

// Load reads a model file. It opens nothing but a regular file: a pipe could keep it waiting for ever.
func Load(path string) (*Model, error) {
	switch there, err := os.Stat(path); {
	case err != nil:
		return nil, err
	case !there.Mode().IsRegular():
		return nil, fmt.Errorf("%s: %w: it is not a regular file", path, ErrForeign)
	case there.Size() > MaxFile:
		return nil, fmt.Errorf("%s: %w: it is larger than %d MiB", path, ErrForeign, MaxFile>>20)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	m, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// Decode returns the model of a file's content.
func Decode(data []byte) (*Model, error) {
	if len(data) > MaxFile || !bytes.HasPrefix(data, []byte(magic)) {
		return nil, ErrForeign
	}
	if len(data) < headSize {
		return nil, ErrDamaged
	}
	rest := data[headSize:]
	if !bytes.Equal(seal(data[:sumAt], rest), data[sumAt:headSize]) {
		return nil, ErrDamaged
	}
	made := binary.LittleEndian.Uint32(data[len(magic):])
	if made < 1 || made > format {
		return nil, fmt.Errorf("%w (format %d; this one knows 1 to %d)", ErrNewer, made, format)
	}
	m, err := decodeBody(rest, made)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	m.hash = hex.EncodeToString(sum[:])
	return m, nil
}

// Encode returns the content of the model's file, for a decoded model byte by byte what it was decoded from.
func (m *Model) Encode() []byte {
	rest := m.encodeBody()
	made := uint32(1)
	if m.trainedWith.known {
		made = format
	}
	data := binary.LittleEndian.AppendUint32([]byte(magic), made)
	return append(append(data, seal(data, rest)...), rest...)
}

func seal(head, rest []byte) []byte {
	sum := sha256.New()
	sum.Write(head)
	sum.Write(rest)
	return sum.Sum(nil)
}

// IsModel reports whether the content of a file begins like that of a model, whatever its format.
func IsModel(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
