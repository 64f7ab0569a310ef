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

// The file: magic, format, SHA-256 of the rest; then the rest, all numbers in little-endian order:
// the lexicon's version, the tickets, whether there are priorities, the blends, the n-grams of words that the training had, and the
// buckets that it used, in ascending order.
const (
	magic  = "tktmodel"
	format = 1
	// MaxFile is the size in bytes that no model file exceeds.
	MaxFile = 10 << 20

	headSize = len(magic) + 4 + sha256.Size
)

// The reasons why a file is no model that this program can use.
var (
	ErrForeign      = errors.New("this is no model file of ticketd train")
	ErrDamaged      = errors.New("the model file is damaged")
	ErrNewer        = errors.New("a newer ticketd made this model file")
	ErrOtherLexicon = errors.New("this model was trained with another version of the built-in classifier; train again")
)

// Load reads a model file whole.
func Load(path string) (*Model, error) {
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

// Decode reads the content of a model file.
func Decode(data []byte) (*Model, error) {
	if len(data) > MaxFile || !bytes.HasPrefix(data, []byte(magic)) {
		return nil, ErrForeign
	}
	if len(data) < headSize {
		return nil, ErrDamaged
	}
	if f := binary.LittleEndian.Uint32(data[len(magic):]); f != format {
		return nil, fmt.Errorf("%w (format %d; this one knows %d)", ErrNewer, f, format)
	}
	rest := data[headSize:]
	if sum := sha256.Sum256(rest); !bytes.Equal(sum[:], data[headSize-sha256.Size:headSize]) {
		return nil, ErrDamaged
	}
	m, err := decodeBody(rest)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	m.hash = hex.EncodeToString(sum[:])
	return m, nil
}

// Encode gives the content of a model file. A model that was read gives what it was read from.
func (m *Model) Encode() []byte {
	rest := m.encodeBody()
	sum := sha256.Sum256(rest)
	data := binary.LittleEndian.AppendUint32([]byte(magic), format)
	return append(append(data, sum[:]...), rest...)
}
