package trained_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
)

// maxMemory is for the lexicon, the model and what a classification of the longest text leaves behind, in
// bytes.
const maxMemory = 20 << 20

// It is not parallel: what others allocate meanwhile would count. It counts the whole heap, since all
// classifiers of a process share one lexicon.
func TestClassifier_Memory(t *testing.T) {
	m, err := trained.Decode(smallModel(t).Encode())
	require.NoError(t, err)
	c := trained.New(m, local.New())
	_, err = c.Classify(t.Context(), text(t, "Login broken", strings.Repeat(typicalTicket, 60)[:20_000]))
	require.NoError(t, err)
	used := heap()
	runtime.KeepAlive(c)
	t.Logf("%.1f MB", float64(used)/(1<<20))
	require.Less(t, used, uint64(maxMemory))
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
