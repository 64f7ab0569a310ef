//go:build !race

package trained_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
)

// The race detector empties pools at random, so what is counted with it means nothing.
func TestClassifier_Allocations(t *testing.T) {
	c, tx := trained.New(smallModel(t), local.New()), text(t, "Login broken", typicalTicket)
	require.Less(t, testing.AllocsPerRun(200, func() { _, _ = c.Classify(t.Context(), tx) }), 20.0)
}
