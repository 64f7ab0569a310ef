// Package injection_test shows that no ticket's text can change anything but the verdict, and the verdict
// within its lists only.
package injection_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/parallel"
	"ticketd/tests/support/system"
)

// document is a JSON object as it is.
func TestMain(m *testing.M) { parallel.Main(m) }

type document = map[string]any

// desk is the real program on SQLite with the imitation of the model behind it.
type desk struct {
	*system.Server

	mu       sync.Mutex
	requests map[string][]modelserver.Request // by title and description
}

func open(t *testing.T, b modelserver.Behaviour, settings system.Env) *desk {
	t.Helper()
	d := &desk{requests: map[string][]modelserver.Request{}}
	model := modelserver.New(t)
	model.Behave(func(c modelserver.Call) modelserver.Reply {
		d.mu.Lock()
		defer d.mu.Unlock()
		key := c.Title + "\x00" + c.Description
		d.requests[key] = append(d.requests[key], c.Request)
		return b(c)
	})
	d.Server = system.Serve(t, system.Asking(model), settings)
	return d
}

// requestsFor gives what the model has read of a ticket, as the model sees it.
func (d *desk) requestsFor(title, description string) []modelserver.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.requests[title+"\x00"+description]
}

// asked counts everything that the model has read.
func (d *desk) asked() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, r := range d.requests {
		n += len(r)
	}
	return n
}

// try sends a request and reads the answer; a nil body is none.
func (d *desk) try(
	ctx context.Context, method, path string, body document,
) (status int, answer document, err error) {
	text := ""
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		text = string(b)
	}
	res, text, err := d.Ask(ctx, method, path, text)
	if err != nil {
		return 0, nil, err
	}
	err = json.Unmarshal([]byte(text), &answer)
	return res.StatusCode, answer, err
}

// do is try that wants this status.
func (d *desk) do(t *testing.T, method, path string, body document, status int) document {
	t.Helper()
	got, doc, err := d.try(t.Context(), method, path, body)
	require.NoError(t, err)
	require.Equal(t, status, got, "%v", doc)
	return doc
}

func (d *desk) get(t *testing.T, path string) document {
	t.Helper()
	return d.do(t, http.MethodGet, path, nil, http.StatusOK)
}

// post creates a ticket and reads what is stored.
func (d *desk) post(t *testing.T, title, description string, creator any) document {
	t.Helper()
	return d.stored(t, d.do(t, http.MethodPost, "/tickets", ticket(title, description, creator),
		http.StatusCreated))
}

// stored reads the ticket and wants the store to say what the answer did. A ticket whose verdict a busy disk
// did not take in time is finished by another round, after its lease.
func (d *desk) stored(t *testing.T, answered document) document {
	t.Helper()
	path := fmt.Sprintf("/tickets/%.0f", answered["id"])
	if answered["ai_status"] == "pending" {
		require.Eventually(t, func() bool {
			return d.get(t, path)["ai_status"] != "pending"
		}, system.Patience, 100*time.Millisecond)
		return d.get(t, path)
	}
	stored := d.get(t, path)
	require.Equal(t, answered, stored)
	return stored
}

// postAll creates a ticket of each attempt, many at once: most of the time is the pause before another call
// of a model that failed.
func (d *desk) postAll(t *testing.T, creator any) []document {
	t.Helper()
	const atOnce = 4
	answers, errs := make([]document, len(attempts)), make([]error, len(attempts))
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, a := range attempts {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			_, answers[i], errs[i] = d.try(t.Context(), http.MethodPost, "/tickets", ticket(a.title, a.description,
				creator))
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	for i, a := range attempts {
		require.Contains(t, answers[i], "id", "%s: %v", a.name, answers[i])
		answers[i] = d.stored(t, answers[i])
	}
	return answers
}

func ticket(title, description string, creator any) document {
	body := document{"title": title, "description": description}
	if creator != nil {
		body["createdBy"] = creator
	}
	return body
}
