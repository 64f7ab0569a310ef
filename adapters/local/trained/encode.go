package trained

import (
	"encoding/binary"
	"math"

	"ticketd/adapters/local"
)

func (m *Model) encodeBody() []byte {
	w := &writer{}
	w.text(local.Version)
	w.number(uint32(m.tickets))
	w.number(flag(m.hasPriority))
	w.float(m.unknownIDF)
	for _, f := range m.blends.numbers() {
		w.float(float32(*f))
	}
	w.number(uint32(len(m.known.bits)))
	for _, bits := range m.known.bits {
		w.long(bits)
	}
	w.number(uint32(m.used()))
	for i, b := range m.buckets {
		if b.idf == 0 {
			continue
		}
		w.number(uint32(i))
		w.float(b.idf)
		w.floats(b.category)
		if m.hasPriority {
			w.floats(b.priority)
		}
	}
	if m.trainedWith.known {
		w.hashes(m.trainedWith.hashes)
	}
	return w.data
}

func (m *Model) used() int {
	n := 0
	for _, b := range m.buckets {
		if b.idf != 0 {
			n++
		}
	}
	return n
}

// numbers returns the fields in the order of the file.
func (b *Blends) numbers() []*float64 {
	return []*float64{
		&b.InDomain.BuiltIn, &b.InDomain.Learned, &b.OutOfDomain.BuiltIn, &b.OutOfDomain.Learned,
		&b.Threshold, &b.Priority, &b.PriorityBias[0], &b.PriorityBias[1], &b.PriorityBias[2],
	}
}

func flag(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// writer appends numbers and texts to data.
type writer struct{ data []byte }

func (w *writer) number(n uint32) { w.data = binary.LittleEndian.AppendUint32(w.data, n) }

func (w *writer) long(n uint64) { w.data = binary.LittleEndian.AppendUint64(w.data, n) }

func (w *writer) hashes(hashes []uint64) {
	w.number(uint32(len(hashes)))
	for _, h := range hashes {
		w.long(h)
	}
}

func (w *writer) float(f float32) { w.number(math.Float32bits(f)) }

func (w *writer) floats(fs [Classes]float32) {
	for _, f := range fs {
		w.float(f)
	}
}

func (w *writer) text(s string) {
	w.number(uint32(len(s)))
	w.data = append(w.data, s...)
}
