// Package upgrade_test updates the schema of a large database while a server that knows the older one is at work.
package upgrade_test

import (
	"testing"

	"ticketd/tests/support/process"
)

func TestMain(m *testing.M) { process.Main(m, removePrevious) }
