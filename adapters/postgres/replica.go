package postgres

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// examineEvery is how often a replica is looked at while there are reads, and how long one stays given up at
	// least.
	examineEvery = 500 * time.Millisecond
	// examineTime is how long a replica may take to answer that look. One that does not is frozen or cut off.
	examineTime = time.Second
	// watchedFor is how long after the last read a replica is looked at.
	watchedFor = 5 * time.Second
)

// replica is one server that answers reads. Reads go to it while it is fit; what is wrong with one read
// gives it up for all, and a look at it takes it back.
type replica struct {
	name   string
	store  *Store
	probe  *sql.DB // a connection beside the pool, which slow reads may take up
	outage *retry.Outage
	meter  ports.ReplicaMeter

	mu      sync.Mutex
	fit     context.Context // ends when it is given up, with the reason as its cause
	giveUp  context.CancelCauseFunc
	watched bool
	reads   int // under way
	last    time.Time
}

// newReplica connects to nothing yet.
func newReplica(name string, a Address, o ReaderOptions) *replica {
	if o.OpenDB == nil {
		o.OpenDB = sql.OpenDB
	}
	log := o.Log.With("replica", name)
	made := newSessions(newConnector(a, patience), a.pooler(o.Pooler), log)
	db := sqlx.NewDb(o.OpenDB(replicaConnector{made}), "postgres")
	made.width.begin(db.DB, o.MaxConns)
	db.SetConnMaxLifetime(maxLifetime)
	db.SetConnMaxIdleTime(maxIdleTime)
	r := &replica{
		name: name, meter: o.Meter,
		probe: sql.OpenDB(replicaConnector{beside{made, newConnector(a, patience)}}),
		store: &Store{db: db, sessions: made, statements: sqlstore.NewStatements(db, keptStatements)},
		outage: retry.NewOutage(log,
			"the primary answers the reads of a replica", "a replica answers reads again"),
	}
	r.probe.SetMaxOpenConns(1)
	r.newFit()
	return r
}

// close ends all connections. A read that was given up may still hold one for a while.
func (r *replica) close() error {
	r.store.sessions.width.end()
	var errs []error
	for _, db := range []*sql.DB{r.store.db.DB, r.probe} {
		if err := db.Close(); !unreachable(err) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// newFit is called under mu, or before anybody else has the replica.
func (r *replica) newFit() { r.fit, r.giveUp = context.WithCancelCause(context.Background()) }

// wanted notes that there is a read, and reports whether somebody has to begin to watch the replica.
func (r *replica) wanted() (fit context.Context, watch bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	watch, r.watched, r.last = !r.watched, true, time.Now()
	return r.fit, watch
}

func (r *replica) reading(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reads += n
}

// leave reports whether nobody has wanted the replica for a while; then it is not watched any more.
func (r *replica) leave() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watched = r.reads > 0 || time.Since(r.last) < watchedFor
	return !r.watched
}

// abandon gives the replica up: reads that are under way on it go to the primary.
func (r *replica) abandon(reason error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fit.Err() != nil {
		r.newFit() // the reason may be another one now
	}
	r.giveUp(reason)
}

func (r *replica) takeBack() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fit.Err() != nil {
		r.newFit()
	}
}

// watch looks after the replica until ctx ends or nobody wants it. Somebody hears of what lasts longer than
// one look.
func (r *replica) watch(ctx context.Context, position func(context.Context) (*position, error)) {
	for failures := 0; ; {
		p, err := position(ctx)
		if err == nil { // else nobody can tell, and the replica stays what it was
			if err = r.examine(ctx, p); err != nil {
				failures++
				r.abandon(err)
			} else {
				failures = 0
				r.takeBack()
			}
			r.meter.Replica(r.name, err == nil, lagOf(err))
			if failures != 1 {
				r.outage.Note(ctx, err)
			}
		}
		if retry.Pause(ctx, examineEvery) != nil || r.leave() {
			return
		}
	}
}

func (r *replica) examine(ctx context.Context, p *position) error {
	ctx, cancel := context.WithTimeoutCause(ctx, examineTime, errSilentReplica)
	defer cancel()
	_, err := unlessEnded(since(ctx, p), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, r.probe.PingContext(ctx)
	})
	return err
}

var errSilentReplica = &setbackError{
	by: ports.ReplicaAway, text: "it does not answer within " + examineTime.String(),
}

// unlessEnded runs do, and returns the cause if ctx ends first. do ends by itself, at the latest after
// patience.
func unlessEnded[T any](ctx context.Context, do func(context.Context) (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := do(ctx)
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// setbackOf says why a replica did not answer, and whether other reads would fare like that.
func setbackOf(err error) (by ports.ReadBy, lasts bool) {
	if s, ok := errors.AsType[*setbackError](err); ok {
		return s.by, true
	}
	if e := pq.As(err); e != nil {
		switch e.Code[:2] {
		case "40": // "canceling statement due to conflict with recovery", and its deadlocks
			return ports.ReadConflicted, false
		case "08", "28", "3D", "57": // connection, authorization, no such database, shutdown and start
			return ports.ReplicaAway, e.Code != pqerror.QueryCanceled
		}
		return ports.ReadFailed, e.Code == pqerror.TooManyConnections
	}
	if unreachable(err) {
		return ports.ReplicaAway, true
	}
	return ports.ReadFailed, false
}

// lagOf is 0 unless the replica was found behind.
func lagOf(err error) int64 {
	if s, ok := errors.AsType[*setbackError](err); ok {
		return s.lag
	}
	return 0
}
