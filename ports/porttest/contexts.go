package porttest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func contextCases() []storeCase {
	return []storeCase{
		{"a cancelled context stays recognisable and changes nothing", cancelled},
		{"a passed deadline is a store that is out of reach", deadlinePassed},
	}
}

func cancelled(t *testing.T, s Stores) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range everything(t, ctx, s) {
		require.ErrorIs(t, err, context.Canceled, name)
		require.ErrorIs(t, err, domain.ErrStoreUnavailable, name)
	}
	works(t, s)
}

func deadlinePassed(t *testing.T, s Stores) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	for name, err := range everything(t, ctx, s) {
		require.Equal(t, domain.KindUnavailable, domain.KindOf(err), name)
		require.ErrorIs(t, err, domain.ErrStoreUnavailable, name)
		require.ErrorIs(t, err, context.DeadlineExceeded, name)
	}
	works(t, s)
}

// everything calls each method of the store under ctx.
func everything(t *testing.T, ctx context.Context, s Stores) map[string]error {
	t.Helper()
	u, err := domain.NewUser("Ann", "ann@example.com", noon)
	require.NoError(t, err)
	known, ticket := addUser(t, s, "Ben", noon).ID(), add(t, s, noon)
	errs := map[string]error{}
	_, errs["AddTicket"] = s.AddTicket(ctx, draft(t, noon), ports.Lease{})
	_, errs["Ticket"] = s.Ticket(ctx, ticket.ID())
	_, errs["ListTickets"] = s.ListTickets(ctx, filter{}, ports.Page{Limit: 1})
	_, _, errs["CountTickets"] = s.CountTickets(ctx, filter{}, 1)
	errs["SaveTicket"] = s.SaveTicket(ctx, ticket)
	_, errs["ListClassifications"] = s.ListClassifications(ctx, ticket.ID(), ports.Page{Limit: 1})
	_, errs["ClaimTicket"] = s.ClaimTicket(ctx, ticket.ID(), ports.Lease{Time: long})
	_, errs["ClaimDue"] = s.ClaimDue(ctx, 1, ports.Lease{Time: long}, time.Nanosecond)
	errs["ReleaseClaim"] = s.ReleaseClaim(ctx, ports.Claim{Ticket: ticket, Until: noon}, ports.Release{})
	_, errs["Enlist"] = s.Enlist(ctx)
	_, _, errs["Beat"] = s.Beat(ctx, 1)
	_, errs["EndDead"] = s.EndDead(ctx, 1)
	errs["Retire"] = s.Retire(ctx, 1)
	_, errs["TakeLost"] = s.TakeLost(ctx, 1, time.Nanosecond)
	_, errs["AddUser"] = s.AddUser(ctx, u)
	_, errs["User"] = s.User(ctx, known)
	_, errs["ListUsers"] = s.ListUsers(ctx, ports.Page{Limit: 1})
	errs["DeleteUser"] = s.DeleteUser(ctx, known)
	_, errs["FindCreators"] = s.FindCreators(ctx, nil)
	return errs
}

// works checks that no call of everything had an effect and that the store accepts a change.
func works(t *testing.T, s Stores) {
	t.Helper()
	n, _, err := s.CountTickets(t.Context(), filter{}, 10)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	users, err := s.ListUsers(t.Context(), ports.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, users.Items, 1)
	slice, err := s.ListTickets(t.Context(), filter{}, ports.Page{Limit: 10})
	require.NoError(t, err)
	require.EqualValues(t, 1, slice.Items[0].Version())
	decided(t, s, claim(t, s, slice.Items[0].ID(), long).Ticket)
}
