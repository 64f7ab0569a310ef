// Package webhooks_test lets the whole program tell receivers of events, and kills it meanwhile.
package webhooks_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/parallel"
	"ticketd/tests/support/system"
)

func TestMain(m *testing.M) { parallel.Main(m) }

// local lets webhooks reach receivers of this machine.
var local = system.Env{"WEBHOOK_ALLOW_HTTP": "true", "WEBHOOK_ALLOW_NETWORKS": "127.0.0.0/8"}

// got is an event that a receiver accepted.
type got struct {
	ID     int64  `json:"id"`
	Type   string `json:"type"`
	Ticket int64
}

// receiver verifies what it gets and keeps what it accepts, in the order of its answers.
type receiver struct {
	url string
	// status answers a try of an event, from 1.
	status func(event int64, try int) int

	mu       sync.Mutex
	hook     *standardwebhooks.Webhook
	tries    map[int64]int
	accepted []got
	refused  []string
}

func newReceiver(t *testing.T, status func(event int64, try int) int) *receiver {
	t.Helper()
	r := &receiver{status: status, tries: map[int64]int{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL + "/hooks?token=hidden"
	return r
}

func always(status int) func(int64, int) int { return func(int64, int) int { return status } }

// subscribe makes a webhook of every event.
func (r *receiver) subscribe(t *testing.T, s ports.WebhookStore) domain.Webhook {
	t.Helper()
	w := domain.NewWebhook(time.Now())
	w.URL = r.url
	w, err := s.AddWebhook(t.Context(), w)
	require.NoError(t, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hook, err = standardwebhooks.NewWebhook(w.Secrets[0])
	require.NoError(t, err)
	return w
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the sender was killed
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var event struct {
		got
		Data struct {
			Ticket struct {
				ID int64 `json:"id"`
			} `json:"ticket"`
		} `json:"data"`
	}
	if err := r.hook.Verify(body, req.Header); err != nil {
		r.refused = append(r.refused, err.Error())
	}
	if err := json.Unmarshal(body, &event); err != nil {
		r.refused = append(r.refused, err.Error())
	}
	event.Ticket = event.Data.Ticket.ID
	r.tries[event.ID]++
	status := r.status(event.ID, r.tries[event.ID])
	if status < 300 {
		r.accepted = append(r.accepted, event.got)
	}
	w.WriteHeader(status)
}

// all are the accepted events.
func (r *receiver) all() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]got(nil), r.accepted...)
}

// types are those of a ticket's events, in order.
func (r *receiver) types(ticket int64) (list []string) {
	for _, e := range r.all() {
		if e.Ticket == ticket {
			list = append(list, e.Type)
		}
	}
	return list
}

// wellFormed fails if anything came that was not signed, or not readable.
func (r *receiver) wellFormed(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	require.Empty(t, r.refused)
}
