package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"ticketd/adapters/internal/batch"
	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

const (
	// batchSize keeps a shared statement within milliseconds: the next calls wait no longer for it than for a
	// statement of their own.
	batchSize = 64
	// batchFlights is how many statements an operation has under way. One makes the largest batches. Two were
	// slower with 32 callers on two cores, except for reading tickets.
	batchFlights, ticketFlights = 1, 2
	// batchTime bounds a shared statement. It ends earlier if all of its callers have left.
	batchTime = 10 * time.Second
)

// batches are the operations whose concurrent calls share statements. A shared statement skips what another
// transaction has locked, so no call waits because of its neighbours, and two batches never wait for each
// other's rows. What it left out, its caller does in a statement of its own, whose outcome is the call's. A
// ticket under an idempotency key never shares: a unique index has no SKIP LOCKED.
type batches struct {
	tickets  *batch.Batcher[domain.TicketID, *sqlstore.TicketRow]
	creators *batch.Batcher[domain.UserID, *askedRow]
	adds     *batch.Batcher[newRow, *int64]
	saves    *batch.Batcher[domain.Ticket, *int]
	claims   *batch.Batcher[claimCall, *sqlstore.ClaimRow]
}

func newBatches(s *Store) batches {
	sameTicket := func(a, b domain.Ticket) bool { return a.ID() == b.ID() }
	sameClaim := func(a, b claimCall) bool { return a.id == b.id }
	return batches{
		tickets:  newBatcher(ticketFlights, s.readBatch, nil),
		creators: newBatcher(batchFlights, s.creatorsBatch, nil),
		adds:     newBatcher(batchFlights, s.addBatch, nil),
		saves:    newBatcher(batchFlights, s.saveBatch, sameTicket),
		claims:   newBatcher(batchFlights, s.claimBatch, sameClaim),
	}
}

func newBatcher[In, Out any](
	flights int, run func(context.Context, []In) ([]Out, error), conflicts func(a, b In) bool,
) *batch.Batcher[In, Out] {
	o := batch.Options[In]{Size: batchSize, Flights: flights, Timeout: batchTime, Conflicts: conflicts}
	return batch.New(o, func(ctx context.Context, in []In) ([]Out, error) {
		out, err := run(ctx, in)
		if ended := sqlstore.Ended(ctx, err); err != nil && ended != nil {
			err = ended // the run ended, perhaps without its callers
		}
		return out, err
	})
}

func (b batches) close() {
	if b == (batches{}) {
		return
	}
	b.tickets.Close()
	b.creators.Close()
	b.adds.Close()
	b.saves.Close()
	b.claims.Close()
}

// batched runs in as part of a shared statement. If the batch left it out (nil) or was refused because of any
// row, single does it alone. Nothing is tried again after a lost answer: the statement may have come through.
func batched[In, Out any](
	ctx context.Context, b *batch.Batcher[In, *Out], in In, single func() (Out, error),
) (Out, error) {
	if b == nil {
		return single()
	}
	out, err := b.Do(ctx, in)
	if err == nil && out != nil {
		return *out, nil
	}
	if err == nil || refused(err) {
		return single()
	}
	var none Out
	return none, err
}

// refused reports whether the server changed nothing because of some row's value or another transaction. That
// need not concern every caller.
func refused(err error) bool {
	e := pq.As(err)
	return e != nil && slices.Contains([]string{
		"21", // cardinality
		"22", // data
		"23", // constraint
		"40", // deadlock
		"55", // lock not available
	}, string(e.Code[:2]))
}

// byID returns the row for each call, nil if there is none.
func byID[In, R any](in []In, call func(In) int64, rows []R, row func(*R) int64) []*R {
	found := make(map[int64]*R, len(rows))
	for i := range rows {
		found[row(&rows[i])] = &rows[i]
	}
	out := make([]*R, len(in))
	for i, c := range in {
		out[i] = found[call(c)]
	}
	return out
}
