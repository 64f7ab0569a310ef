// Package import_test moves tickets in and out with the real program.
package import_test

import (
	"testing"

	"ticketd/tests/support/process"
)

func TestMain(m *testing.M) { process.Main(m) }
