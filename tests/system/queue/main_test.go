package queue_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// These tests wait for leases, backoff and sweeps more than they compute, so more of them run at once than
// there are cores.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "6"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
