// Package parallel has tests that wait run beside each other.
package parallel

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// Main runs the tests of a package that wait for leases, time limits and processes more than they compute:
// six at once, however few cores there are, unless -parallel says otherwise.
func Main(m *testing.M) {
	if err := flag.Set("test.parallel", "6"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
