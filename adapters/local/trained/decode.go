package trained

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/ngrams"
)

// decodeBody checks every number although the checksum is right: anybody can make one.
func decodeBody(data []byte, format uint32) (*Model, error) {
	r := &reader{data: data}
	if version := r.text(); !r.bad && version != local.Version {
		return nil, fmt.Errorf("%w (%.40q; this program has %q)", ErrOtherLexicon, version, local.Version)
	}
	m := &Model{tickets: int(r.number()), hasPriority: r.flag(), unknownIDF: r.positive()}
	for _, f := range m.blends.numbers() {
		*f = float64(r.float())
	}
	m.known = r.knownGrams()
	m.buckets = r.buckets(m.hasPriority)
	if format >= 2 {
		m.trainedWith = r.fingerprints()
	}
	if r.bad || len(r.data) > 0 {
		return nil, ErrDamaged
	}
	return m, nil
}

// reader takes from the front of data. After bad input, bad is set and everything reads as 0.
type reader struct {
	data []byte
	bad  bool
}

func (r *reader) take(n int) []byte {
	if r.bad || n > len(r.data) {
		r.bad = true
		return nil
	}
	front := r.data[:n]
	r.data = r.data[n:]
	return front
}

func (r *reader) number() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) flag() bool {
	n := r.number()
	r.bad = r.bad || n > 1
	return n == 1
}

func (r *reader) long() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// maxFloat is far above every number of a training, and far below where sums overflow.
const maxFloat = 1e6

func (r *reader) float() float32 {
	f := math.Float32frombits(r.number())
	r.bad = r.bad || !(math.Abs(float64(f)) <= maxFloat) // NaN too
	return f
}

func (r *reader) positive() float32 {
	f := r.float()
	r.bad = r.bad || f <= 0
	return f
}

func (r *reader) floats() (fs [Classes]float32) {
	for i := range fs {
		fs[i] = r.float()
	}
	return fs
}

func (r *reader) text() string {
	const maxText = 100
	n := r.number()
	r.bad = r.bad || n > maxText
	return string(r.take(int(n)))
}

func (r *reader) knownGrams() KnownGrams {
	n := r.number()
	if r.bad = r.bad || n < minBits/64 || n > maxBits/64 || bits.OnesCount32(n) != 1; r.bad {
		return KnownGrams{}
	}
	s := KnownGrams{make([]uint64, n)}
	for i := range s.bits {
		s.bits[i] = r.long()
	}
	return s
}

func (r *reader) buckets(hasPriority bool) []bucket {
	const minSize = 4 * (1 + 1 + Classes)
	n := r.number()
	if r.bad = r.bad || n > ngrams.Buckets || int(n)*minSize > len(r.data); r.bad {
		return nil
	}
	all := make([]bucket, ngrams.Buckets)
	next := uint32(0)
	for ; n > 0 && !r.bad; n-- {
		i := r.number()
		if i < next || i >= ngrams.Buckets {
			r.bad = true
			break
		}
		next = i + 1
		all[i].idf, all[i].category = r.positive(), r.floats()
		if hasPriority {
			all[i].priority = r.floats()
		}
	}
	return all
}

func (r *reader) fingerprints() Fingerprints {
	n := r.number()
	if r.bad = r.bad || uint64(n)*8 > uint64(len(r.data)); r.bad {
		return Fingerprints{}
	}
	f := Fingerprints{known: true, hashes: make([]uint64, n)}
	for i := range f.hashes {
		f.hashes[i] = r.long()
		r.bad = r.bad || i > 0 && f.hashes[i] <= f.hashes[i-1]
	}
	return f
}
