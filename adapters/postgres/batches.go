package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/adapters/postgres/internal/batch"
	"ticketd/domain"
)

const (
	// batchSize keeps a statement within milliseconds, so that those who come next need not wait longer for it than for their own.
	batchSize = 64
	// batchFlights is per operation. One makes the largest batches; two were slower with 32 callers on two cores, but for the reading of
	// tickets.
	batchFlights, ticketFlights = 1, 2
	// batchTime bounds a statement that callers share; it ends before if all of them have left.
	batchTime = 10 * time.Second
)

// batches are the operations whose concurrent calls share statements. A shared statement does what is plain for all of its calls and
// waits for no lock that another transaction holds for long; what it leaves undone, its caller does alone, and the outcome is that
// statement's. So no call fails or waits because of its neighbours, and two batches never wait for each other's rows. A ticket under an
// idempotency key goes alone: a unique index has no SKIP LOCKED.
//
// The arrays of a shared statement stand in subqueries, (SELECT $1::bigint[]), where the planner does not look at them: it would take
// each length for a case of its own and plan every time, which costs more than the work.
type batches struct {
	tickets  *batch.Batcher[domain.TicketID, *sqlstore.TicketRow]
	creators *batch.Batcher[domain.UserID, *askedRow]
	adds     *batch.Batcher[newRow, *int64]
	saves    *batch.Batcher[domain.Ticket, *saveRow]
	claims   *batch.Batcher[claimCall, *sqlstore.ClaimRow]
	releases *batch.Batcher[releaseCall, *int64]
}

func newBatches(s *Store) batches {
	return batches{
		tickets:  newBatcher(ticketFlights, s.ticketsTogether, nil),
		creators: newBatcher(batchFlights, s.creatorsTogether, nil),
		adds:     newBatcher(batchFlights, s.addTogether, nil),
		saves:    newBatcher(batchFlights, s.saveTogether, func(a, b domain.Ticket) bool { return a.ID() == b.ID() }),
		claims:   newBatcher(batchFlights, s.claimTogether, func(a, b claimCall) bool { return a.id == b.id }),
		releases: newBatcher(batchFlights, s.releaseTogether, func(a, b releaseCall) bool { return a.id() == b.id() }),
	}
}

func newBatcher[In, Out any](flights int, run func(context.Context, []In) ([]Out, error), apart func(a, b In) bool) *batch.Batcher[In, Out] {
	o := batch.Options[In]{Size: batchSize, Flights: flights, Timeout: batchTime, Apart: apart}
	return batch.New(o, func(ctx context.Context, in []In) ([]Out, error) {
		out, err := run(ctx, in)
		if ended := sqlstore.Ended(ctx, err); err != nil && ended != nil {
			err = ended // the run's end, which need not be that of the callers
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
	b.releases.Close()
}

// together shares a statement with others who call at the same moment. What that leaves undone (nil) or what the server refused
// because of any of them is done alone. A lost answer is not tried again: the statement may have come through.
func together[In, Out any](ctx context.Context, b *batch.Batcher[In, *Out], in In, alone func() (Out, error)) (Out, error) {
	if b == nil {
		return alone()
	}
	out, err := b.Do(ctx, in)
	if err == nil && out != nil {
		return *out, nil
	}
	if err == nil || refused(err) {
		return alone()
	}
	var none Out
	return none, err
}

// refused reports whether the server answered that it changed nothing because of some row's value or another transaction, which need
// not concern each of the callers.
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

// byID sorts answers to the calls that they are for.
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
