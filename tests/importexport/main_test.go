// Package importexport_test moves tickets in and out with the real program.
package importexport_test

import (
	"testing"

	"ticketd/tests/process"
)

func TestMain(m *testing.M) { process.Main(m) }
