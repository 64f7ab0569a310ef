//go:build !race

package local_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/domain"
)

// The race detector makes sync.Pool forget at random, so there is no figure to hold under it.
func TestClassifier_Allocations(t *testing.T) {
	c := local.New()
	text, err := domain.NewText("Login broken", typicalTicket)
	require.NoError(t, err)
	n := testing.AllocsPerRun(200, func() { _, _ = c.Classify(t.Context(), text) })
	require.LessOrEqual(t, n, 10.0)
}
