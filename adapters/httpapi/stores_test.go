package httpapi_test

import (
	"testing"

	"ticketd/tests/support/stores"
)

func TestMain(m *testing.M) { stores.Main(m) }

type store = stores.Store

// onEveryStore runs a test on both engines; open returns an empty store.
func onEveryStore(t *testing.T, test func(t *testing.T, open func(t *testing.T) store)) {
	t.Helper()
	stores.OnEach(t, test)
}

func openSQLite(t *testing.T) store {
	t.Helper()
	return stores.SQLite(t)
}
