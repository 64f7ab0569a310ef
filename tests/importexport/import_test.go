package importexport_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/testenv"
)

const partlyWrong = `{"id":1,"title":"Charged twice","description":"My card was charged twice."}
not JSON
{"id":2,"title":" ","description":"d","createdBy":"me"}
{"id":1,"title":"Again","description":"the same id"}
{"id":3,"title":"Cannot log in","description":"Error 500 after my password.","createdBy":99}
{"id":4,"title":"Hello","description":"Just a question.","other":"does not matter"}
`

func TestWrongLines(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.migrate(t)
		inside, file := s.open(t), write(t, "partly wrong.jsonl", partlyWrong)
		complaints := []string{
			":2: must be a JSON object", ":3: createdBy must be a positive whole number", `:4: the id "1" stands in line 1 already`,
			":5: createdBy names a user who does not exist",
		}

		refused := s.run(t, "import", file)
		require.Equal(t, 1, refused.status)
		for _, c := range complaints {
			require.Contains(t, refused.stderr, file+c)
		}
		require.Contains(t, refused.stderr, "4 of 6 rows are wrong and nothing was imported")
		require.Zero(t, count(t, inside, ports.TicketFilter{}))

		taken := s.good(t, "import", "--skip-bad", file)
		for _, c := range complaints {
			require.Contains(t, taken.stderr, file+c)
		}
		require.Equal(t, "2 imported (2 classified, 0 fallback, 0 pending), 0 imported before, 4 wrong\n", taken.stdout)
		require.Equal(t, 2, count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusDone}))
	})
}

func TestAFileThatIsNoGoodAtAll(t *testing.T) {
	t.Parallel()
	s := store{url: "sqlite://tickets.db"}
	for name, c := range map[string]struct{ file, says string }{
		"that is not there":         {"/no/such/file.csv", "no such file"},
		"of another kind":           {write(t, "tickets.xlsx", ""), "must end in"},
		"whose quotes do not match": {write(t, "a.csv", "title,description\na,b\n\"c,d\n"), "no well-formed CSV"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused := s.run(t, "import", "--skip-bad", c.file)
			require.Equal(t, 1, refused.status)
			require.Contains(t, refused.stderr, c.says)
			require.Empty(t, refused.stdout)
		})
	}
}

func TestWhoClassifies(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.migrate(t)
		inside := s.open(t)

		s.good(t, "import", "--no-classify", "--source", "a", generate(t, 300, true))
		require.Equal(t, 300, count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusFallback}), "nobody, on request")
		healed := s.good(t, "reclassify", "--limit", "40")
		require.Contains(t, healed.stdout, "40 classified")

		queue := map[string]string{"USE_QUEUE": "true", "REDIS_URL": testenv.Redis(t)}
		p := s.start(t, queue, "import", "--source", "b", generate(t, 300, true))
		require.Zero(t, p.Wait(patience), p.Stderr())
		require.Equal(t, 300, count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusPending}))
		s.start(t, queue, "worker")
		require.Eventually(t, func() bool { return count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusPending}) == 0 }, patience, poll)
		require.Equal(t, 260, count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusFallback}), "the worker leaves those alone")
	})
}

func TestTheAdminOwnsWhatIsImported(t *testing.T) {
	t.Parallel()
	s := store{url: "sqlite://" + t.TempDir() + "/tickets.db"}
	api := s.start(t, map[string]string{"PORT": "0"}, "serve")
	post(t, api.URL()+"/users", `{"name":"Ann","email":"ann@example.com"}`)
	file := write(t, "a.csv", "id,title,description,created_by\n1,Hello,text,1\n2,Hello,text,\n")
	s.good(t, "import", file)
	post(t, api.URL()+"/users", `{"name":"admin","email":"admin@example.com"}`)
	s.good(t, "import", "--source", "other", file)
	owners := []string{}
	for _, l := range lines(t, s.good(t, "export").stdout) {
		owner := "nobody"
		if l.CreatedBy != nil {
			owner = map[int64]string{1: "Ann", 2: "admin"}[*l.CreatedBy]
		}
		owners = append(owners, owner)
	}
	require.Equal(t, "admin admin nobody Ann", strings.Join(owners, " "))
}
