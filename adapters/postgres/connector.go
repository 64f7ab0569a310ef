package postgres

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"

	"ticketd/domain"
)

const (
	// A connection is made within aloneTime, from the dial to the first answer, or within amongTime where
	// another host can be tried. connect_timeout overrides both.
	aloneTime = 10 * time.Second
	amongTime = 3 * time.Second
	// renewEvery bounds how often a server that takes no changes has the pool emptied.
	renewEvery = time.Second
)

// The reasons for which sessions are given up.
const (
	DroppedSilent   = "silent"    // the server's machine is frozen or cut off
	DroppedLate     = "late"      // the server is there, but did not answer this session in time
	DroppedReadOnly = "read_only" // the server takes no changes
)

// connector makes sessions with the first host that is there and has the session that is wanted. It begins
// with the host of the last one: after a failover nobody waits for the old primary.
type connector struct {
	tries    []try
	random   bool          // the hosts are tried in any order
	rounds   bool          // the second half of tries comes after the first one
	limit    time.Duration // for each host
	patience time.Duration // of a session; 0: as long as it takes
	// usable is told of each new session: nil, or why changes are not possible.
	usable func(ctx context.Context, err error)

	mu      sync.Mutex
	first   int                  // of tries
	at      string               // the address of the last session
	wires   map[*wire]struct{}   // that are open
	probed  map[string]time.Time // when an address was asked whether it is there
	era     int64                // sessions of an earlier one are not used again
	renewed time.Time            // when the era began
	dropped map[string]int64     // by reason
}

// try is a host and the session that is wanted there.
type try struct {
	config pq.Config
	attrs  pq.TargetSessionAttrs
}

// newConnector connects to nothing yet. Of several hosts it will take one that takes changes, unless the
// address says otherwise. A patience of 0 is for statements that take as long as they take.
func newConnector(a Address, patience time.Duration) *connector {
	c := &connector{
		limit: aloneTime, patience: patience, usable: func(context.Context, error) {},
		wires: map[*wire]struct{}{}, probed: map[string]time.Time{},
		dropped: map[string]int64{DroppedSilent: 0, DroppedLate: 0, DroppedReadOnly: 0},
	}
	c.plan(a.config)
	return c
}

// plan decides what is tried in which order.
func (c *connector) plan(config pq.Config) {
	hosts, attrs := config.Multi, config.TargetSessionAttrs
	if len(hosts) > 0 {
		c.limit = amongTime
		if attrs == "" {
			attrs = pq.TargetSessionAttrsReadWrite
		}
	}
	if config.ConnectTimeout > 0 {
		c.limit = config.ConnectTimeout
	}
	c.random = config.LoadBalanceHosts == pq.LoadBalanceHostsRandom
	config.Multi, config.TargetSessionAttrs, config.ConnectTimeout = nil, "", 0
	for n := range len(hosts) + 1 {
		if n > 0 {
			config.Host, config.Hostaddr, config.Port = hosts[n-1].Host, hosts[n-1].Hostaddr, hosts[n-1].Port
		}
		c.tries = append(c.tries, try{config, attrs})
	}
	if attrs != pq.TargetSessionAttrsPreferStandby {
		return
	}
	c.rounds = true
	for i, t := range c.tries {
		c.tries[i].attrs = pq.TargetSessionAttrsStandby
		c.tries = append(c.tries, try{t.config, pq.TargetSessionAttrsAny})
	}
}

// Connect implements driver.Connector.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	order, era := c.order()
	var failed hostErrors
	for _, i := range order {
		s, readOnly, err := c.connect(ctx, c.tries[i])
		if err == nil {
			s.era = era
			c.mu.Lock()
			c.first, c.at = i, s.wire.RemoteAddr().String()
			c.mu.Unlock()
			c.usable(ctx, readOnly)
			return s, nil
		}
		if len(c.tries) > 1 {
			err = fmt.Errorf("%s: %w", c.tries[i].address(), err)
		}
		failed = append(failed, err)
		if ctx.Err() != nil {
			break
		}
	}
	c.usable(ctx, failed)
	return nil, failed
}

// order returns the indexes of tries in the order for a new session, which belongs to the era.
func (c *connector) order() (indexes []int, era int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.tries)
	if c.random {
		indexes = rand.Perm(n)
	} else {
		for i := range n {
			indexes = append(indexes, (c.first+i)%n)
		}
	}
	if c.rounds {
		slices.SortStableFunc(indexes, func(a, b int) int { return cmp.Compare(a/(n/2), b/(n/2)) })
	}
	return indexes, c.era
}

// Driver implements driver.Connector.
func (c *connector) Driver() driver.Driver { return pq.Driver{} }

// connect makes a session within the limit. readOnly says why it takes no changes.
func (c *connector) connect(ctx context.Context, t try) (s *guarded, readOnly, err error) {
	late := fmt.Errorf("no answer within %v", c.limit)
	ctx, cancel := context.WithTimeoutCause(ctx, c.limit, late)
	defer cancel()
	dialer := &dialer{connector: c}
	connecting, err := pq.NewConnectorConfig(t.config)
	if err != nil {
		return nil, nil, err
	}
	connecting.Dialer(dialer)
	made, err := connecting.Connect(ctx)
	if err != nil {
		dialer.drop()
		return nil, nil, err
	}
	s, err = newGuarded(c, made, dialer.wire)
	if err == nil {
		readOnly, err = s.suits(t.attrs)
		slow, network := errors.AsType[net.Error](err)
		if err != nil && (ctx.Err() != nil || network && slow.Timeout()) {
			err = fmt.Errorf("%w: %w", errNoSession, err)
		}
	}
	if !dialer.keep() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		dialer.drop()
		return nil, nil, err
	}
	return s, readOnly, nil
}

func (t try) address() string {
	return net.JoinHostPort(t.config.Host, strconv.Itoa(int(t.config.Port)))
}

// hostErrors say what was wrong with each host, in one line.
type hostErrors []error

func (e hostErrors) Error() string {
	var said []string
	for _, err := range e {
		said = append(said, strings.ReplaceAll(err.Error(), "\n", " "))
	}
	return strings.Join(said, "; ")
}

func (e hostErrors) Unwrap() []error { return e }

// renew begins a new era if the one that a session is from is the present one and not too young. It reports
// whether the session is from an earlier era now.
func (c *connector) renew(from int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if from == c.era && time.Since(c.renewed) > renewEvery {
		c.era, c.renewed = c.era+1, time.Now()
	}
	return from != c.era
}

func (c *connector) drop(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped[reason]++
}

func (c *connector) now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.era
}

func (c *connector) current(era int64) bool { return era == c.now() }

var (
	errStandby = domain.ErrStoreReadOnly.With(errors.New(
		"the server is a standby: DB_URL has to name the primary, or all hosts of its cluster"))
	errReadOnly = domain.ErrStoreReadOnly.With(errors.New(
		"the server's sessions are read-only: default_transaction_read_only is on for it, the database or " +
			"the role"))
	errPrimary = domain.ErrStoreUnavailable.With(errors.New("the server is no standby"))
	errWrites  = domain.ErrStoreUnavailable.With(errors.New("the server's sessions are not read-only"))
)

const stateSQL = `SELECT pg_is_in_recovery(), current_setting('transaction_read_only')::boolean AS read_only`

// refusal returns why a server with this state takes no changes, nil if it does.
func refusal(standby, readOnly bool) error {
	switch {
	case standby:
		return errStandby
	case readOnly:
		return errReadOnly
	}
	return nil
}

// unsuited returns why a session is not the one that is wanted.
func unsuited(attrs pq.TargetSessionAttrs, standby, readOnly bool) error {
	switch {
	case attrs == pq.TargetSessionAttrsReadWrite:
		return refusal(standby, readOnly)
	case attrs == pq.TargetSessionAttrsPrimary && standby:
		return errStandby
	case attrs == pq.TargetSessionAttrsStandby && !standby:
		return errPrimary
	case attrs == pq.TargetSessionAttrsReadOnly && !readOnly:
		return errWrites
	}
	return nil
}
