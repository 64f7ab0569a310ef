package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the program and its migrations come to need has to work in partitions, too.
func TestEveryOperationWorksInEveryLayout(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	o := options{Tickets: 5000, Days: 1000, Later: 2, Cost: 100, out: &out}
	require.NoError(t, weigh(t.Context(), &out, o.Cost))
	require.NoError(t, o.compare(t.Context()))
	for _, part := range []string{"| verdict |", "| read a ticket |", ", 0 creates failed."} {
		require.True(t, strings.Contains(out.String(), part), part) // without all of it in the message
	}
	for line := range strings.Lines(out.String()) {
		require.NotContains(t, line, " failed |")
		require.NotContains(t, line, errLong.Error())
	}
}
