package api_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/contract"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/testenv"
)

// patience bounds every wait for something that comes soon on an idle machine.
const patience = 30 * time.Second

type env = map[string]string

// onEveryStore runs a test on both engines; fresh gives the DB_URL of an empty database.
func onEveryStore(t *testing.T, test func(t *testing.T, fresh func(t *testing.T) string)) {
	t.Helper()
	for name, fresh := range map[string]func(t *testing.T) string{
		"sqlite":   sqliteFile,
		"postgres": func(t *testing.T) string { t.Helper(); return testenv.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, fresh)
		})
	}
}

func sqliteFile(t *testing.T) string {
	t.Helper()
	return "sqlite://" + filepath.Join(t.TempDir(), "tickets.db")
}

// server is a running program and clients that check every answer against openapi.yaml.
type server struct {
	*process.Process
	*client.ClientWithResponses
	url  string
	http *http.Client
}

// serve starts the program on a free port, with no rate limit unless the settings have one, and waits until it serves.
func serve(t *testing.T, settings ...env) *server {
	t.Helper()
	return running(t, launch(t, settings...))
}

// launch is serve that does not wait.
func launch(t *testing.T, settings ...env) *process.Process {
	t.Helper()
	all := env{"PORT": "0", "RATE_LIMIT_MAX_REQUESTS": "0"}
	for _, s := range settings {
		maps.Copy(all, s)
	}
	return process.Start(t, all)
}

func running(t *testing.T, p *process.Process) *server {
	t.Helper()
	at := p.URL()
	return &server{p, contract.Client(t, at), at, contract.HTTPClient(t)}
}

// asking are the settings that make the program ask the imitation of the model.
func asking(m *modelserver.Server) env {
	return env{"OPENAI_API_KEY": modelserver.Key, "OPENAI_BASE_URL": m.URL()}
}

func on(dbURL string) env { return env{"DB_URL": dbURL} }

// post creates a ticket and wants it to be accepted.
func (s *server) post(t *testing.T, title string) client.Ticket {
	t.Helper()
	made, err := s.tryPost(t.Context(), title)
	require.NoError(t, err)
	return made
}

func (s *server) tryPost(ctx context.Context, title string) (client.Ticket, error) {
	res, err := s.CreateTicketWithResponse(ctx, nil, client.NewTicket{Title: title, Description: "Please help me."})
	if err != nil {
		return client.Ticket{}, err
	}
	if res.JSON201 == nil {
		return client.Ticket{}, errors.New(string(res.Body))
	}
	return *res.JSON201, nil
}

// ticket reads a ticket.
func (s *server) ticket(t *testing.T, id int64) client.Ticket {
	t.Helper()
	res, err := s.GetTicketWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	return *res.JSON200
}

// tickets reads the newest tickets.
func (s *server) tickets(t *testing.T) []client.Ticket {
	t.Helper()
	res, err := s.ListTicketsWithResponse(t.Context(), &client.ListTicketsParams{})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	return res.JSON200.Data
}

// get asks for a path and reads the answer.
func (s *server) get(t *testing.T, path string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, http.NoBody)
	require.NoError(t, err)
	res, err := s.http.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res, string(body)
}

// settled waits until a ticket is not pending any more and returns it.
func (s *server) settled(t *testing.T, id int64, limit time.Duration) client.Ticket {
	t.Helper()
	last := s.ticket(t, id)
	ended := assert.Eventually(t, func() bool {
		last = s.ticket(t, id)
		return last.AiStatus != client.AIStatusPending
	}, limit, 50*time.Millisecond)
	require.True(t, ended, "%+v\n%s", last, s.Log())
	return last
}

// called waits until the model has read so many calls.
func called(t *testing.T, m *modelserver.Server, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return m.Calls() == n }, patience, time.Millisecond)
}

// nobody is an address at which nobody listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().String()
}

// withPassword puts a password into a database's URL where there is none, and returns both.
func withPassword(t *testing.T, dbURL, password string) (string, string) {
	t.Helper()
	u, err := url.Parse(dbURL)
	require.NoError(t, err)
	if has, set := u.User.Password(); set {
		return dbURL, has
	}
	u.User = url.UserPassword(u.User.Username(), password)
	return u.String(), password
}
