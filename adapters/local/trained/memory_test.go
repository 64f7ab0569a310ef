package trained_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
)

// mostMemory is for the lexicon, the model and what a classification of the longest text leaves behind, in bytes.
const mostMemory = 20 << 20

// It is not parallel: what others allocate meanwhile would count.
func TestClassifier_Memory(t *testing.T) {
	data := smallModel(t).Encode()
	before := heap()
	m, err := trained.Decode(data)
	require.NoError(t, err)
	c := trained.New(m, local.New())
	_, err = c.Classify(t.Context(), text(t, "Login broken", strings.Repeat(typicalTicket, 60)[:20_000]))
	require.NoError(t, err)
	grown := int64(heap()) - int64(before)
	runtime.KeepAlive(c)
	t.Logf("%.1f MB", float64(grown)/(1<<20))
	require.Positive(t, grown)
	require.Less(t, grown, int64(mostMemory))
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
