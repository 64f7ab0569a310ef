package postgres_test

import (
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
)

// A server that asks for passwords does not say which roles there are.
func TestARefusedPasswordMayBeOfARoleThatIsMissing(t *testing.T) {
	t.Parallel()
	advice := postgres.Advice(&pq.Error{
		Code: pqerror.InvalidPassword, Message: `password authentication failed for user "ghost"`,
	})
	require.Contains(t, advice, "correct the password in DB_URL")
	require.Contains(t, advice, "`createuser --login --pwprompt ghost` makes")
}
