package learning_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/system"
)

func TestTrain_FromDB(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(*testing.T) string) {
		t.Run("what people decide over HTTP teaches the offline classifier", func(t *testing.T) {
			learnsFromPeople(t, system.Settings(system.On(fresh(t)), system.Env{"PWD": t.TempDir()}))
		})
	})
}

func learnsFromPeople(t *testing.T, env system.Env) {
	train := func() (status int, stdout, stderr string) {
		return run(t, env["PWD"], env, "train", "--from-db", "--out", "model")
	}
	rows := desk(150)
	server := system.Serve(t, env)
	for _, r := range rows[:20] {
		server.Create(t, r.Title, r.Description)
	}
	status, _, stderr := train()
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "no person has corrected or confirmed a ticket",
		"what only the machine said teaches nothing")

	decideAll(t, server, rows[20:59])
	status, _, stderr = train()
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "what people corrected and confirmed: there are only 13 tickets of the "+
		"category billing; at least 20 are needed")
	require.NoFileExists(t, filepath.Join(env["PWD"], "model"))

	corrected, confirmed := decideAll(t, server, rows[59:])
	require.Positive(t, corrected)
	require.Positive(t, confirmed)
	status, stdout, stderr := train()
	require.Equal(t, 0, status, stderr)
	require.Contains(t, stdout, "130 tickets; figures on tickets that the model did not see",
		"those that only the machine has seen are left out")
	require.Contains(t, stdout, "Use it with LOCAL_MODEL=model")
	require.Zero(t, server.Terminate(limit))

	env["LOCAL_MODEL"] = "model"
	ticket := system.Serve(t, env).Create(t, "Hello", "borkle wazzit jaspik")
	require.Equal(t, client.CategoryTechnical, ticket.Category.MustGet())
	require.Equal(t, client.SourceLocal, ticket.ClassifiedBy.MustGet())
}

// decideAll stores the rows and has a person confirm what the machine got right and correct the rest.
func decideAll(t *testing.T, s *system.Server, rows []row) (corrected, confirmed int) {
	t.Helper()
	for _, r := range rows {
		made := s.Create(t, r.Title, r.Description)
		right, priority := client.Category(r.Category), client.Priority(*r.Priority)
		if made.Category.MustGet() == right {
			s.Edit(t, made.Id, client.TicketEdit{Confirmed: new(client.TicketEditConfirmedTrue)})
			confirmed++
			continue
		}
		s.Edit(t, made.Id, client.TicketEdit{Category: &right, Priority: &priority})
		corrected++
	}
	return corrected, confirmed
}

func TestTrain_Sources(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"desk.jsonl": lines(t, desk(90))})
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"neither a file nor the store": {nil, "--data or --from-db must say what to learn from"},
		"both": {
			[]string{"--data", "desk.jsonl", "--from-db"}, "--data and --from-db can't be used together",
		},
	} {
		t.Run(name+" is a wrong command line", func(t *testing.T) {
			t.Parallel()
			status, _, stderr := run(t, dir, nil, append([]string{"train", "--out", "model"}, c.args...)...)
			require.Equal(t, 2, status)
			require.Contains(t, stderr, c.want)
		})
	}
	t.Run("a wrong DB_URL is named", func(t *testing.T) {
		t.Parallel()
		status, _, stderr := run(t, dir, map[string]string{"DB_URL": "mysql://x"}, "train", "--from-db", "--out",
			"model")
		require.Equal(t, 1, status)
		require.Contains(t, stderr, "DB_URL")
	})
	t.Run("a file is learnt from without touching the store", func(t *testing.T) {
		t.Parallel()
		status, _, stderr := run(t, dir, map[string]string{"DB_URL": "mysql://x"}, "train", "--data", "desk.jsonl",
			"--out", "model")
		require.Equal(t, 0, status, stderr)
		require.NoFileExists(t, filepath.Join(dir, "ticketd.db"))
	})
}
