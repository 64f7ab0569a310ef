// Package upgrade_test updates the schema of a large database while a server that knows the older one is at
// work.
package upgrade_test

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	status := m.Run()
	if err := removePrevious(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}
