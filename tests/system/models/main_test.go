// Package models_test runs the whole program against every server of the catalogue: what it takes until the
// first verdict, and what each kind of trouble does to a ticket.
package models_test

import (
	"testing"

	"ticketd/tests/support/process"
)

func TestMain(m *testing.M) { process.Main(m) }
