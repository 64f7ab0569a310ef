package webhooks_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/tests/support/stores"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

const (
	kills    = 20
	writers  = 6
	between  = 700 * time.Millisecond // two kills
	maxTwice = 0.02
)

// desk is somebody who opens, closes and reopens tickets, and notes what was acknowledged.
type desk struct {
	server *atomic.Pointer[string] // the address of one that runs, as far as anybody knows
	client http.Client
	acked  map[int64][]string
}

func (d *desk) ask(method, path, body string) (id int64, ok bool) {
	req, err := http.NewRequest(method, *d.server.Load()+path, strings.NewReader(body))
	if err != nil {
		return 0, false
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := d.client.Do(req)
	if err != nil {
		return 0, false
	}
	defer res.Body.Close()
	var ticket struct {
		ID int64 `json:"id"`
	}
	read, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 || json.Unmarshal(read, &ticket) != nil {
		return 0, false
	}
	return ticket.ID, true
}

// work goes on to the next ticket when it does not know what became of a request.
func (d *desk) work(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		id, ok := d.ask(http.MethodPost, "/tickets", fmt.Sprintf(`{"title":"Ticket %d","description":"Help"}`, n))
		if !ok {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		d.acked[id] = []string{domain.EventCreated.String()}
		for _, change := range []struct {
			status string
			event  domain.EventType
		}{
			{"closed", domain.EventClosed}, {"open", domain.EventReopened}, {"closed", domain.EventClosed},
		} {
			if _, ok := d.ask(http.MethodPatch, fmt.Sprint("/tickets/", id), `{"status":"`+change.status+`"}`); !ok {
				break
			}
			d.acked[id] = append(d.acked[id], change.event.String())
		}
	}
}

// logged is the log of events as the database has it.
func logged(t *testing.T, db *sql.DB) map[int64]got {
	t.Helper()
	rows, err := db.Query(`SELECT id, type, ticket_id FROM events`)
	require.NoError(t, err)
	defer rows.Close()
	all := map[int64]got{}
	for rows.Next() {
		var e got
		require.NoError(t, rows.Scan(&e.ID, &e.Type, &e.Ticket))
		all[e.ID] = e
	}
	require.NoError(t, rows.Err())
	return all
}

// arrivals are the first arrivals, in order, by ticket; twice counts the others.
func arrivals(all []got) (first map[int64][]got, twice int) {
	first, seen := map[int64][]got{}, map[int64]bool{}
	for _, e := range all {
		if seen[e.ID] {
			twice++
			continue
		}
		seen[e.ID] = true
		first[e.Ticket] = append(first[e.Ticket], e)
	}
	return first, twice
}

func TestNothingIsLostOrInventedWhateverIsKilled(t *testing.T) {
	t.Parallel()
	database := testenv.PrivatePostgres(t, testenv.Durable())
	settings := system.Join(system.On(database.URL()), local)
	servers := []*system.Server{system.Serve(t, settings), system.Serve(t, settings)}
	var addresses [2]atomic.Pointer[string]
	for i, s := range servers {
		addresses[i].Store(&s.Base)
	}
	store := stores.Open(t, database.URL())
	// Half of the events fail at their first try.
	receivers := []*receiver{newReceiver(t, always(204)), newReceiver(t, func(event int64, try int) int {
		if event%2 == 0 && try == 1 {
			return http.StatusInternalServerError
		}
		return 200
	})}
	for _, r := range receivers {
		r.subscribe(t, store)
	}

	ctx, rest := context.WithCancel(t.Context())
	defer rest()
	var working sync.WaitGroup
	desks := make([]*desk, writers)
	for i := range desks {
		desks[i] = &desk{&addresses[i%2], http.Client{Timeout: 10 * time.Second}, map[int64][]string{}}
		working.Go(func() { desks[i].work(ctx) })
	}
	for i := range kills {
		time.Sleep(between)
		if victim := i % 3; victim < 2 {
			servers[victim].Kill()
			servers[victim] = system.Serve(t, settings)
			addresses[victim].Store(&servers[victim].Base)
		} else {
			database.Kill()
			database.Start()
		}
	}
	rest()
	working.Wait()

	db := system.Open(t, database.URL())
	require.Eventually(t, func() bool {
		// A second failure, after a kill, would have to wait for minutes.
		_, err := db.Exec(`UPDATE delivery_lanes SET next_at = now()
			WHERE pending > 0 AND next_at > now() + interval '10 seconds'`)
		require.NoError(t, err)
		return system.Count(t, db, `deliveries WHERE state = 'pending'`) == 0 &&
			system.Count(t, db, `deliveries`) == len(receivers)*system.Count(t, db, `events`)
	}, system.Patience, 100*time.Millisecond)

	events := logged(t, db)
	acknowledged := 0
	for i, r := range receivers {
		r.wellFormed(t)
		all := r.all()
		first, twice := arrivals(all)
		t.Logf("receiver %d: %d events, %d came twice", i, len(all)-twice, twice)
		require.LessOrEqual(t, float64(twice), maxTwice*float64(len(all)))
		require.Len(t, all, len(events)+twice, "each event arrived")
		for ticket, list := range first {
			for n, e := range list {
				require.Equal(t, events[e.ID], e, "it was not invented")
				require.True(t, n == 0 || list[n-1].ID < e.ID, "ticket %d: %v", ticket, list)
			}
		}
		for _, d := range desks {
			for ticket, acked := range d.acked {
				left := acked
				for _, e := range first[ticket] {
					if len(left) > 0 && e.Type == left[0] {
						left = left[1:]
					}
				}
				require.Empty(t, left, "ticket %d: acknowledged %v, arrived %v", ticket, acked, first[ticket])
				acknowledged += len(acked)
			}
		}
	}
	require.Greater(t, acknowledged, 1000)
}
