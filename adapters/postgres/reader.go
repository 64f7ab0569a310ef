package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"

	"ticketd/adapters/internal/batch"
	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

var (
	_ ports.TicketLister    = (*Reader)(nil)
	_ ports.StatsReader     = (*Reader)(nil)
	_ ports.UserReader      = (*Reader)(nil)
	_ ports.RecordReader    = (*Reader)(nil)
	_ ports.EventReader     = (*Reader)(nil)
	_ ports.LabelledTickets = (*Reader)(nil)
)

const (
	// positionTime bounds the wait for the primary's position, positionReads the reads that share one.
	positionTime  = 5 * time.Second
	positionReads = 1000
)

// Reader answers lists, searches, statistics and the log of events from replicas. Every read sees all that
// was committed anywhere before it came: it asks the primary how far its log is, together with all who read
// at the same moment, and a replica answers once it has replayed that. What no replica answers so, and what
// goes wrong there, the primary answers.
type Reader struct {
	primary             *Store
	replicas            []*replica
	next                atomic.Uint32
	positions, horizons *batch.Batcher[struct{}, *position]
	meter               ports.ReplicaMeter

	life    context.Context
	stop    context.CancelFunc
	watches sync.WaitGroup
}

// ReaderOptions size a Reader.
type ReaderOptions struct {
	MaxConns int // to each replica, at least 1; one more looks after it
	// Pooler and OpenDB are those of Options.
	Pooler Pooler
	OpenDB func(driver.Connector) *sql.DB
	Meter  ports.ReplicaMeter
	Log    *slog.Logger
}

// NewReader takes replicas by a string that ParseAddress takes: each host is one of them. They need not be
// there yet.
func NewReader(primary *Store, dsn string, o ReaderOptions) (*Reader, error) {
	hosts, err := replicasOf(dsn)
	if err != nil {
		return nil, err
	}
	r := &Reader{
		primary: primary, meter: o.Meter,
		positions: positionsOf(primary, positionSQL), horizons: positionsOf(primary, horizonSQL),
	}
	r.life, r.stop = context.WithCancel(context.Background())
	for name, a := range hosts {
		it := newReplica(name, a, o)
		r.replicas = append(r.replicas, it)
		r.want(it) // so that the log tells from the start what is wrong with it
	}
	return r, nil
}

func positionsOf(s *Store, query string) *batch.Batcher[struct{}, *position] {
	o := batch.Options[struct{}]{Size: positionReads, Flights: 1, Timeout: positionTime}
	return batch.New(o, s.readPosition(query))
}

// replicasOf returns the address of each host. Which kind of server it is shows itself later.
func replicasOf(dsn string) (map[string]Address, error) {
	all, err := ParseAddress(dsn)
	if err != nil {
		return nil, err
	}
	hosts := map[string]Address{}
	first := pq.ConfigMultihost{Host: all.config.Host, Hostaddr: all.config.Hostaddr, Port: all.config.Port}
	for _, h := range append([]pq.ConfigMultihost{first}, all.config.Multi...) {
		a := all
		a.config = all.config.Clone()
		a.config.Host, a.config.Hostaddr, a.config.Port, a.config.Multi = h.Host, h.Hostaddr, h.Port, nil
		a.config.TargetSessionAttrs = pq.TargetSessionAttrsAny
		hosts[net.JoinHostPort(h.Host, strconv.Itoa(int(h.Port)))] = a
	}
	return hosts, nil
}

// Pools are the connections, by the name of their use.
func (r *Reader) Pools() map[string]*sql.DB {
	pools := map[string]*sql.DB{}
	for _, it := range r.replicas {
		pools["postgres "+it.name] = it.store.db.DB
	}
	return pools
}

// Close ends all connections to replicas.
func (r *Reader) Close() error {
	r.stop()
	r.watches.Wait()
	var errs []error
	for _, it := range r.replicas {
		errs = append(errs, it.close())
	}
	return errors.Join(errs...)
}

// Examine returns what keeps each replica from answering reads now.
func (r *Reader) Examine(ctx context.Context) error {
	p, err := r.positions.Do(ctx, struct{}{})
	if err != nil {
		return failed(ctx, err, "ask the primary how far it is")
	}
	var errs []error
	for _, it := range r.replicas {
		if err := it.examine(ctx, p); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", it.name, err))
		}
	}
	return errors.Join(errs...)
}

// want returns the context that ends when a replica is given up, and has somebody look after it.
func (r *Reader) want(it *replica) context.Context {
	fit, watch := it.wanted()
	if watch && r.life.Err() == nil {
		r.watches.Go(func() {
			it.watch(r.life, func(ctx context.Context) (*position, error) {
				ctx, cancel := context.WithTimeout(ctx, positionTime)
				defer cancel()
				return r.positions.Do(ctx, struct{}{})
			})
		})
	}
	return fit
}

// pick takes the replicas in turn.
func (r *Reader) pick() (it *replica, fit context.Context) {
	n := uint32(len(r.replicas))
	first := r.next.Add(1)
	for i := range n {
		it = r.replicas[(first+i)%n]
		if fit = r.want(it); fit.Err() == nil {
			break
		}
	}
	return it, fit
}

// read has a replica do the reading, else the primary.
func read[T any](ctx context.Context, r *Reader, do func(context.Context, *Store) (T, error)) (T, error) {
	return readBefore(ctx, r, r.positions, func(ctx context.Context, s *Store, _ *position) (T, error) {
		return do(ctx, s)
	})
}

// readBefore also tells do the position that the replica has reached; nil on the primary.
func readBefore[T any](
	ctx context.Context, r *Reader, positions *batch.Batcher[struct{}, *position],
	do func(context.Context, *Store, *position) (T, error),
) (T, error) {
	v, by, err := tryReplica(ctx, r, positions, do)
	if by != ports.ByReplica {
		v, err = do(ctx, r.primary, nil)
	}
	r.meter.Read(by)
	return v, err
}

func tryReplica[T any](
	ctx context.Context, r *Reader, positions *batch.Batcher[struct{}, *position],
	do func(context.Context, *Store, *position) (T, error),
) (v T, by ports.ReadBy, err error) {
	it, fit := r.pick()
	if fit.Err() != nil {
		by, _ = setbackOf(context.Cause(fit))
		return v, by, nil
	}
	p, err := positions.Do(ctx, struct{}{})
	if err != nil {
		return v, ports.PrimarySilent, nil
	}
	it.reading(1)
	defer it.reading(-1)
	here, end := context.WithCancelCause(since(ctx, p))
	defer end(nil)
	defer context.AfterFunc(fit, func() { end(context.Cause(fit)) })()
	v, err = unlessEnded(here, func(ctx context.Context) (T, error) { return do(ctx, it.store, p) })
	if err == nil || domain.KindOf(err) == domain.KindNotFound {
		return v, ports.ByReplica, err
	}
	by, lasts := setbackOf(err)
	if lasts && ctx.Err() == nil {
		it.abandon(err)
	}
	return v, by, nil
}

// ListTickets implements ports.TicketLister.
func (r *Reader) ListTickets(
	ctx context.Context, f ports.TicketFilter, p ports.Page,
) (ports.Slice[domain.Ticket], error) {
	return read(ctx, r, func(ctx context.Context, s *Store) (ports.Slice[domain.Ticket], error) {
		return s.ListTickets(ctx, f, p)
	})
}

// CountTickets implements ports.TicketLister.
func (r *Reader) CountTickets(
	ctx context.Context, f ports.TicketFilter, limit int,
) (n int, exact bool, err error) {
	type count struct {
		n     int
		exact bool
	}
	c, err := read(ctx, r, func(ctx context.Context, s *Store) (c count, err error) {
		c.n, c.exact, err = s.CountTickets(ctx, f, limit)
		return c, err
	})
	return c.n, c.exact, err
}

// Stats implements ports.StatsReader.
func (r *Reader) Stats(ctx context.Context, p ports.Period) (ports.Stats, error) {
	return read(ctx, r, func(ctx context.Context, s *Store) (ports.Stats, error) { return s.Stats(ctx, p) })
}

// User implements ports.UserReader. The primary answers.
func (r *Reader) User(ctx context.Context, id domain.UserID) (domain.User, error) {
	return r.primary.User(ctx, id)
}

// ListUsers implements ports.UserReader.
func (r *Reader) ListUsers(ctx context.Context, p ports.Page) (ports.Slice[domain.User], error) {
	return read(ctx, r, func(ctx context.Context, s *Store) (ports.Slice[domain.User], error) {
		return s.ListUsers(ctx, p)
	})
}

// ListClassifications implements ports.RecordReader.
func (r *Reader) ListClassifications(
	ctx context.Context, id domain.TicketID, p ports.Page,
) (ports.Slice[domain.Classification], error) {
	return read(ctx, r, func(ctx context.Context, s *Store) (ports.Slice[domain.Classification], error) {
		return s.ListClassifications(ctx, id, p)
	})
}

// Events implements ports.EventReader. The primary says which events are settled.
func (r *Reader) Events(
	ctx context.Context, f ports.EventFilter, after ports.EventPosition, limit int,
) (ports.EventPage, error) {
	do := func(ctx context.Context, s *Store, p *position) (ports.EventPage, error) {
		return s.eventsBefore(ctx, p, f, after, limit)
	}
	return readBefore(ctx, r, r.horizons, do)
}

// EventsOf implements ports.EventReader.
func (r *Reader) EventsOf(
	ctx context.Context, id domain.TicketID, after ports.EventPosition, limit int,
) (ports.EventPage, error) {
	return read(ctx, r, func(ctx context.Context, s *Store) (ports.EventPage, error) {
		return s.EventsOf(ctx, id, after, limit)
	})
}

// LastEvent implements ports.EventReader. The primary answers.
func (r *Reader) LastEvent(ctx context.Context) (ports.EventPosition, error) {
	return r.primary.LastEvent(ctx)
}

// LabelledTickets implements ports.LabelledTickets.
func (r *Reader) LabelledTickets(ctx context.Context) iter.Seq2[ports.LabelledTicket, error] {
	return sqlstore.LabelledTickets(ctx, func(ctx context.Context, after int64) ([]sqlstore.TicketRow, error) {
		return read(ctx, r, func(ctx context.Context, s *Store) ([]sqlstore.TicketRow, error) {
			return s.labelledPage(ctx, after)
		})
	})
}
