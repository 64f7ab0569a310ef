//go:build cluster

package cluster_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/system"
)

// poolerLoad asks for everything at once and looks at each answer.
type poolerLoad struct {
	apis        []*system.API
	created     atomic.Int64
	unavailable atomic.Int64
}

func newPoolerLoad(t *testing.T, apis []*system.API) *poolerLoad {
	t.Helper()
	l := &poolerLoad{apis: apis}
	for i := range poolerSeeds {
		for _, word := range []string{"beta", "gamma"} {
			require.NoError(t, l.create(t.Context(), i, fmt.Sprintf("seed-%s-%d", word, i), "alpha "+word))
		}
	}
	return l
}

func (l *poolerLoad) run(t *testing.T, d time.Duration, meanwhile func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	asks := []func(context.Context, int) error{
		l.with("beta"), l.without("beta"), l.with("gamma"), l.without("gamma"), l.ticket, l.stats, l.filter, l.feed,
		l.user, l.life, l.with("beta"), l.without("beta"),
	}
	errs := make(chan error, len(asks))
	for n, ask := range asks {
		go func() {
			var err error
			for i := n; err == nil && ctx.Err() == nil; i++ {
				err = ask(context.WithoutCancel(ctx), i)
			}
			errs <- err
		}()
	}
	if meanwhile != nil {
		meanwhile()
	}
	for range asks {
		require.NoError(t, <-errs)
	}
}

// ask repeats what was answered with 503, and takes no other failure.
func (l *poolerLoad) ask(
	ctx context.Context, i int, method, path, body string, into any, headers ...string,
) error {
	for {
		res, text, err := l.apis[i%len(l.apis)].Ask(ctx, method, path, body, headers...)
		switch {
		case err != nil:
			return err
		case res.StatusCode == http.StatusServiceUnavailable:
			l.unavailable.Add(1)
			time.Sleep(20 * time.Millisecond)
			continue
		case res.StatusCode >= http.StatusMultipleChoices:
			return fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, text)
		}
		return json.Unmarshal([]byte(text), into)
	}
}

type poolerTicket struct {
	ID     int64  `json:"id"`
	Title  string `json:"title"`
	Status string `json:"status"`
}

type poolerPage struct {
	Data []poolerTicket `json:"data"`
}

func (l *poolerLoad) create(ctx context.Context, i int, key, title string) error {
	var made poolerTicket
	err := l.ask(ctx, i, http.MethodPost, "/tickets", `{"title": "`+title+`", "description": "words"}`, &made,
		"Idempotency-Key", key)
	if err == nil && made.Title != title {
		err = fmt.Errorf("not what was sent: %+v", made)
	}
	l.created.Add(1)
	return err
}

func (l *poolerLoad) list(ctx context.Context, i int, query string, right func(poolerTicket) bool) error {
	var page poolerPage
	if err := l.ask(ctx, i, http.MethodGet, "/tickets?limit=50&"+query, "", &page); err != nil {
		return err
	}
	if len(page.Data) < poolerSeeds {
		return fmt.Errorf("%s: only %d tickets", query, len(page.Data))
	}
	for _, ticket := range page.Data {
		if !right(ticket) {
			return fmt.Errorf("%s: %+v", query, ticket)
		}
	}
	return nil
}

func (l *poolerLoad) with(word string) func(context.Context, int) error {
	return func(ctx context.Context, i int) error {
		return l.list(ctx, i, "q="+word, func(x poolerTicket) bool { return strings.Contains(x.Title, word) })
	}
}

func (l *poolerLoad) without(word string) func(context.Context, int) error {
	return func(ctx context.Context, i int) error {
		return l.list(ctx, i, "q=-"+word, func(x poolerTicket) bool { return !strings.Contains(x.Title, word) })
	}
}

func (l *poolerLoad) filter(ctx context.Context, i int) error {
	return l.list(ctx, i, "status=open&include_total=true",
		func(x poolerTicket) bool { return x.Status == "open" })
}

func (l *poolerLoad) ticket(ctx context.Context, i int) error {
	id := int64(i%poolerSeeds + 1)
	var found poolerTicket
	err := l.ask(ctx, i, http.MethodGet, fmt.Sprintf("/tickets/%d", id), "", &found)
	if err == nil && found.ID != id {
		err = fmt.Errorf("ticket %d: %+v", id, found)
	}
	return err
}

func (l *poolerLoad) stats(ctx context.Context, i int) error {
	var stats struct {
		Tickets struct {
			Total int `json:"total"`
		} `json:"tickets"`
	}
	err := l.ask(ctx, i, http.MethodGet, "/stats", "", &stats)
	if err == nil && stats.Tickets.Total < 2*poolerSeeds {
		err = fmt.Errorf("stats: %+v", stats)
	}
	return err
}

func (l *poolerLoad) feed(ctx context.Context, i int) error {
	var page struct {
		Data []struct {
			Data struct {
				Ticket poolerTicket `json:"ticket"`
			} `json:"data"`
		} `json:"data"`
	}
	id := int64(i%poolerSeeds + 1)
	err := l.ask(ctx, i, http.MethodGet, fmt.Sprintf("/tickets/%d/events", id), "", &page)
	if err == nil && (len(page.Data) == 0 || page.Data[0].Data.Ticket.ID != id) {
		err = fmt.Errorf("events of ticket %d: %+v", id, page)
	}
	if err == nil {
		err = l.ask(ctx, i, http.MethodGet, "/events?type=ticket.created&limit=10", "", &page)
	}
	if err == nil && len(page.Data) != 10 {
		err = fmt.Errorf("events: %+v", page)
	}
	return err
}

func (l *poolerLoad) user(ctx context.Context, i int) error {
	var made, found struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	name := fmt.Sprintf("user %d", time.Now().UnixNano())
	body := fmt.Sprintf(`{"name": %q, "email": "%d@example.com"}`, name, time.Now().UnixNano())
	var taken error
	if taken = l.ask(ctx, i, http.MethodPost, "/users", body, &made); taken != nil {
		if strings.Contains(taken.Error(), "email_taken") {
			return nil // the first try was stored, and its answer lost
		}
		return taken
	}
	err := l.ask(ctx, i, http.MethodGet, fmt.Sprintf("/users/%d", made.ID), "", &found)
	if err == nil && found.Name != name {
		err = fmt.Errorf("user %q: %+v", name, found)
	}
	return err
}

// life creates a ticket, asks for another classification, corrects and closes it.
func (l *poolerLoad) life(ctx context.Context, i int) error {
	word := []string{"beta", "gamma"}[i%2]
	key := fmt.Sprintf("life-%d", time.Now().UnixNano())
	var made, closed, again poolerTicket
	err := errors.Join(l.create(ctx, i, key, "alpha "+word), l.ask(ctx, i, http.MethodPost, "/tickets",
		`{"title": "alpha `+word+`", "description": "words"}`, &made, "Idempotency-Key", key))
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/tickets/%d", made.ID)
	err = errors.Join(l.ask(ctx, i, http.MethodPost, path+"/classify", "", &again),
		l.ask(ctx, i, http.MethodPatch, path, `{"status": "closed", "category": "billing"}`, &closed))
	if err == nil && (closed.ID != made.ID || closed.Status != "closed" || again.ID != made.ID) {
		err = fmt.Errorf("ticket %d: %+v, %+v", made.ID, closed, again)
	}
	return err
}

// nothingLost counts the tickets: each key made one.
func (l *poolerLoad) nothingLost(t *testing.T, direct *sql.DB) {
	t.Helper()
	require.EqualValues(t, l.created.Load(), system.Count(t, direct, `tickets`))
}
