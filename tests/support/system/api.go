package system

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/contract"
)

// Description is that of tickets for which only the title counts.
const Description = "Please help me."

// API is the API of a server as its clients see it.
type API struct {
	*client.ClientWithResponses
	HTTP *http.Client
	Base string
}

// NewAPI returns an API whose answers are all held against openapi.yaml.
func NewAPI(t testing.TB, base string, opts ...contract.Option) *API {
	t.Helper()
	return over(t, contract.HTTPClient(t, opts...), base)
}

// UncheckedAPI is for a server that serves another contract than openapi.yaml.
func UncheckedAPI(t testing.TB, base string) *API {
	t.Helper()
	network := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(network.CloseIdleConnections)
	return over(t, &http.Client{Transport: network, Timeout: Patience}, base)
}

func over(t testing.TB, h *http.Client, base string) *API {
	t.Helper()
	c, err := client.NewClientWithResponses(base, client.WithHTTPClient(h))
	require.NoError(t, err)
	return &API{c, h, base}
}

// Ask sends a request with a JSON body, "" for none, and headers in pairs. It reads the whole answer.
func (a *API) Ask(ctx context.Context, method, path, body string, headers ...string) (
	res *http.Response, text string, err error,
) {
	req, err := http.NewRequestWithContext(ctx, method, a.Base+path, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for pair := range slices.Chunk(headers, 2) {
		req.Header.Set(pair[0], pair[1])
	}
	res, err = a.HTTP.Do(req)
	if err != nil {
		return nil, "", err
	}
	read, err := io.ReadAll(res.Body)
	return res, string(read), errors.Join(err, res.Body.Close())
}

// Do is Ask that wants this status.
func (a *API) Do(t testing.TB, status int, method, path, body string, headers ...string) string {
	t.Helper()
	res, text, err := a.Ask(t.Context(), method, path, body, headers...)
	require.NoError(t, err)
	require.Equal(t, status, res.StatusCode, "%s %s: %s", method, path, text)
	return text
}

// Get asks for a path.
func (a *API) Get(t testing.TB, path string) (*http.Response, string) {
	t.Helper()
	res, text, err := a.Ask(t.Context(), http.MethodGet, path, "")
	require.NoError(t, err)
	return res, text
}

// TryPost creates a ticket.
func (a *API) TryPost(ctx context.Context, title, description string) (client.Ticket, error) {
	res, err := a.CreateTicketWithResponse(ctx, nil, client.NewTicket{Title: title, Description: description})
	if err != nil {
		return client.Ticket{}, err
	}
	if res.JSON201 == nil {
		return client.Ticket{}, errors.New(string(res.Body))
	}
	return *res.JSON201, nil
}

// Create creates a ticket and wants it to be accepted.
func (a *API) Create(t testing.TB, title, description string) client.Ticket {
	t.Helper()
	made, err := a.TryPost(t.Context(), title, description)
	require.NoError(t, err)
	return made
}

// Post creates a ticket with Description.
func (a *API) Post(t testing.TB, title string) client.Ticket {
	t.Helper()
	return a.Create(t, title, Description)
}

// Edit changes a ticket.
func (a *API) Edit(t testing.TB, id int64, change client.TicketEdit) client.Ticket {
	t.Helper()
	res, err := a.EditTicketWithResponse(t.Context(), id, nil, change)
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	return *res.JSON200
}

// Ticket reads a ticket.
func (a *API) Ticket(t testing.TB, id int64) client.Ticket {
	t.Helper()
	res, err := a.GetTicketWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	return *res.JSON200
}

// Tickets reads the newest tickets.
func (a *API) Tickets(t testing.TB) []client.Ticket {
	t.Helper()
	res, err := a.ListTicketsWithResponse(t.Context(), &client.ListTicketsParams{})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	return res.JSON200.Data
}

// Record reads the classifications of a ticket, the oldest first.
func (a *API) Record(t testing.TB, id int64) []client.Classification {
	t.Helper()
	res, err := a.ListClassificationsWithResponse(t.Context(), id, &client.ListClassificationsParams{})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	slices.Reverse(res.JSON200.Data)
	return res.JSON200.Data
}

// Settled waits until a ticket is not pending any more.
func (a *API) Settled(t testing.TB, id int64, limit time.Duration) client.Ticket {
	t.Helper()
	var last client.Ticket
	ended := assert.Eventually(t, func() bool {
		last = a.Ticket(t, id)
		return last.AiStatus != client.AIStatusPending
	}, limit, 20*time.Millisecond)
	require.True(t, ended, "%+v", last)
	return last
}
