package porttest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

const parallel = 20

func raceCases() []storeCase {
	return []storeCase{
		{"of 20 parallel saves of one version exactly one wins", oneSaveWins},
		{"20 parallel savers who try again all get their turn", everySaverGetsATurn},
		{"a save that is cut off is done as a whole or not at all", saveIsWhole},
	}
}

func oneSaveWins(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	var won, lost atomic.Int32
	together(t, parallel, func(int) error {
		mine := ticket
		mine.Classify(1, answer(t, 1), domain.ReviewSample{})
		err := s.SaveTicket(t.Context(), mine)
		switch {
		case err == nil:
			won.Add(1)
		case errors.Is(err, domain.ErrTicketChanged):
			lost.Add(1)
		default:
			return err
		}
		return nil
	})
	require.EqualValues(t, 1, won.Load())
	require.EqualValues(t, parallel-1, lost.Load())
	require.EqualValues(t, 2, read(t, s, ticket.ID()).Version())
	require.Len(t, record(t, s, ticket.ID()), 1)
}

func everySaverGetsATurn(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	together(t, parallel, func(n int) error {
		for {
			ticket, err := s.Ticket(t.Context(), id)
			if err != nil {
				return err
			}
			ticket.NoteFailure(1, failure(n+1))
			if err := s.SaveTicket(t.Context(), ticket); !errors.Is(err, domain.ErrTicketChanged) {
				return err
			}
		}
	})
	require.EqualValues(t, 1+parallel, read(t, s, id).Version())
	seen := map[int]bool{}
	for _, e := range record(t, s, id) {
		seen[e.Attempt] = true
	}
	require.Len(t, seen, parallel)
}

func saveIsWhole(t *testing.T, s Stores) {
	id := add(t, s, noon).ID()
	together(t, 4, func(int) error {
		for range 25 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(2000))*time.Microsecond)
			ticket, err := s.Ticket(ctx, id)
			if err == nil {
				ticket.NoteFailure(1, failure(1))
				err = s.SaveTicket(ctx, ticket)
			}
			cancel()
			if err != nil && !errors.Is(err, domain.ErrTicketChanged) && domain.KindOf(err) != domain.KindUnavailable {
				return err
			}
		}
		return nil
	})
	require.Len(t, record(t, s, id), int(read(t, s, id).Version()-1))
	save(t, s, read(t, s, id))
}

// together runs do n times at once and fails the test if one of them fails.
func together(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	var group sync.WaitGroup
	start, errs := make(chan struct{}), make([]error, n)
	for i := range n {
		group.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	group.Wait()
	require.NoError(t, errors.Join(errs...))
}
