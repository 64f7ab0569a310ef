package people_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/stores"
)

var seed = flag.Uint64("races.seed", 0, "which acts people draw; 0: others each time")

// races is how many tickets are fought over on each store in each mode: enough for every kind of outcome.
const races = 600

// field is all races of one test: the classifier knows them by the tickets' titles.
type field struct {
	store store
	games map[string]*race
}

// Classify is slow: people act while it is at work. It fails now and then, and for some tickets always.
func (f *field) Classify(ctx context.Context, text domain.Text) (domain.Answer, error) {
	answer := domain.Answer{Source: domain.SourceModel, Model: "m"}
	number, err := f.games[text.Title()].call(ctx)
	switch {
	case err != nil:
		return answer, err
	case (number+len(text.Title()))%4 == 0, strings.HasSuffix(text.Title(), "7"):
		return answer, domain.ErrClassifierUnavailable
	}
	answer.Verdict, err = domain.NewVerdict(domain.CategoryGeneral, domain.PriorityLow, new(0.9), new(0.9), "")
	return answer, err
}

func TestAPersonBeatsTheMachine(t *testing.T) {
	t.Parallel()
	first := *seed
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	}
	t.Logf("-races.seed=%d", first)
	modes := map[string]func(*testing.T, store, domain.Classifier) ([]server, func() bool){
		"classifying at once": synchronous, "classifying in workers": queued,
	}
	for engine, open := range map[string]func(*testing.T) store{
		"sqlite": stores.SQLite, "postgres": stores.Postgres,
	} {
		for mode, serve := range modes {
			t.Run(fmt.Sprintf("in %d races on %s, %s", races, engine, mode), func(t *testing.T) {
				t.Parallel()
				f := &field{open(t), map[string]*race{}}
				for i := range races {
					g := newRace(first, i)
					f.games[g.title] = g
				}
				servers, idle := serve(t, f.store, f)
				f.run(t, servers)
				f.settle(t, idle)
				f.judge(t)
			})
		}
	}
}

// run holds 20 races at a time.
func (f *field) run(t *testing.T, servers []server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	errs := make(chan error, races)
	lanes := make(chan struct{}, 20)
	var group sync.WaitGroup
	for _, g := range f.games {
		group.Go(func() {
			lanes <- struct{}{}
			defer func() { <-lanes }()
			errs <- g.run(ctx, servers, func(title string) (domain.TicketID, error) { return f.find(ctx, title) })
		})
	}
	group.Wait()
	close(errs)
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	require.NoError(t, errors.Join(all...))
}

// find looks for a ticket among the newest.
func (f *field) find(ctx context.Context, title string) (domain.TicketID, error) {
	slice, err := f.store.ListTickets(ctx, ports.TicketFilter{}, ports.Page{Limit: races})
	if err != nil {
		return 0, err
	}
	for _, k := range slice.Items {
		if k.Text().Title() == title {
			return k.ID(), nil
		}
	}
	return 0, domain.ErrTicketNotFound
}

// settle waits until nothing is pending, since every ticket ends, and then for the late answers, which end on
// record.
func (f *field) settle(t *testing.T, idle func() bool) {
	t.Helper()
	require.Eventually(t, func() bool {
		n, _, err := f.store.CountTickets(t.Context(), ports.TicketFilter{AIStatus: domain.AIStatusPending}, 1)
		return err == nil && n == 0 && idle()
	}, patience, 20*time.Millisecond)
}

// judge compares the end of each race with what its people and its classifier did.
func (f *field) judge(t *testing.T) {
	t.Helper()
	outcomes := map[string]int{}
	for _, g := range f.games {
		end, err := f.store.Ticket(t.Context(), g.id)
		require.NoError(t, err)
		slice, err := f.store.ListClassifications(t.Context(), g.id, ports.Page{Limit: 100})
		require.NoError(t, err)
		if err := g.judge(end, slice.Items, outcomes); err != nil {
			t.Errorf("%s, acts %+v, ended as %+v: %v", g.title, g.acts, end.Snapshot(), err)
		}
	}
	t.Log(outcomes)
	for _, want := range []string{
		"a person's labels", "the machine's labels", "superseded answers", "later requests",
	} {
		require.Positive(t, outcomes[want], "the races prove nothing: %v", outcomes)
	}
}
