// Package e2e_test looks at the real program from outside: its settings, its API, its logs and how it takes what happens to it.
package e2e_test

import (
	"testing"

	"ticketd/tests/process"
)

func TestMain(m *testing.M) { process.Main(m) }
