//go:build cluster

package cluster_test

import (
	"testing"

	"ticketd/tests/support/parallel"
)

func TestMain(m *testing.M) { parallel.Main(m) }
