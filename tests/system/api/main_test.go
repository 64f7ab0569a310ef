// Package api_test looks at the real program from outside: its settings, its API, its logs and how it takes what happens to it.
package api_test

import (
	"testing"

	"ticketd/tests/support/process"
)

func TestMain(m *testing.M) { process.Main(m) }
