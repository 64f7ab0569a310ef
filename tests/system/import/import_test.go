package import_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
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
			":2: must be a JSON object", ":3: createdBy must be a positive whole number",
			`:4: the id "1" stands in line 1 already`,
			":5: createdBy names a user who does not exist",
		}

		refused := s.run(t, "import", file)
		require.Equal(t, 1, refused.status)
		for _, c := range complaints {
			require.Contains(t, refused.stderr, file+c)
		}
		require.Contains(t, refused.stderr, `columns ignored: ["other"]`)
		require.Contains(t, refused.stderr, "4 of 6 rows are wrong and nothing was imported")
		require.Zero(t, count(t, inside, ports.TicketFilter{}))

		taken := s.good(t, "import", "--skip-bad", file)
		for _, c := range complaints {
			require.Contains(t, taken.stderr, file+c)
		}
		require.Equal(t, "2 imported (2 classified, 0 fallback, 0 pending), 0 imported before, 4 wrong\n",
			taken.stdout)
		require.Equal(t, 2, count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusDone}))
	})
}

func TestRowsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		long := `{"title":"` + strings.Repeat("x", 2<<20) + `"}`
		lines := write(t, "a.jsonl",
			"{\"title\":\"a\",\"description\":\"d\"}\n"+long+"\n{\"title\":\"b\",\"description\":\"d\"}\n")
		refused := s.run(t, "import", lines)
		require.Equal(t, 1, refused.status)
		require.Contains(t, refused.stderr, lines+":2: is longer than 1048576 bytes")
		require.Contains(t, refused.stderr, "1 of 3 rows are wrong and nothing was imported")
		require.Equal(t, "2 imported (2 classified, 0 fallback, 0 pending), 0 imported before, 1 wrong\n",
			s.good(t, "import", "--skip-bad", lines).stdout)

		broken := write(t, "a.csv", "title,description\na,d\n\"c,d\nb,d\n")
		for _, flags := range [][]string{{"import", broken}, {"import", "--skip-bad", broken}} {
			refused := s.run(t, flags...)
			require.Equal(t, 1, refused.status)
			require.Contains(t, refused.stderr, broken+": line 3: is no well-formed CSV")
			require.Empty(t, refused.stdout)
		}
		require.Equal(t, 2, count(t, s.open(t), ports.TicketFilter{}), "nothing of the broken file")
	})
}

func TestFilesThatLookAlike(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.migrate(t)
		inside := s.open(t)
		one := write(t, "tickets.csv", "title,description\nHelp,Please call me\nCrash,The app crashes\n")
		other := write(t, "tickets.csv", "title,description\nHelp,Please call me\n")
		s.good(t, "import", one)
		again := s.run(t, "import", other)
		require.Equal(t, 1, again.status)
		require.Contains(t, again.stderr, other+":2: looks like ticket 1, which was imported before")
		require.Contains(t, again.stderr, "1 of 1 rows look like tickets of an earlier import, "+
			"and nothing was imported: "+
			"--skip-duplicates leaves them out, --allow-duplicates imports them")
		require.Contains(t, s.good(t, "import", "--skip-duplicates", other).stdout, "0 imported (")
		require.Contains(t, s.good(t, "import", "--allow-duplicates", other).stdout, "1 imported (",
			"another customer may say the same")
		require.Contains(t, s.good(t, "import", one).stdout,
			"0 imported (0 classified, 0 fallback, 0 pending), 2 imported before, 0 wrong")

		crm := write(t, "crm.csv", "id,title,description\n1,Refund,Refund please\n2,Login,I cannot log in\n")
		shop := write(t, "shop.csv", "id,title,description\n1,Delivery,Where is it\n3,Size,It is too small\n")
		s.good(t, "import", crm)
		refused := s.run(t, "import", shop)
		require.Equal(t, 1, refused.status)
		require.Contains(t, refused.stderr, shop+`:2: the id "1" was imported before with other words, as ticket 4`)
		require.Contains(t, refused.stderr, "1 ids were imported before with other words, and nothing was imported")
		require.Contains(t, refused.stderr, "--source")
		require.Equal(t, 5, count(t, inside, ports.TicketFilter{}))
		require.Contains(t, s.good(t, "import", "--source", "shop", shop).stdout, "2 imported (")

		edited := write(t, "crm next week.csv",
			"id,title,description\n1,Refund,Refund please!\n2,Login,I cannot log in\n3,New,Something new\n")
		taken := s.good(t, "import", "--source", "default", edited)
		require.Contains(t, taken.stderr, edited+`:2: the id "1" was imported before with other words`)
		require.Equal(t, "1 imported (1 classified, 0 fallback, 0 pending), 2 imported before (1 with other "+
			"words), 0 wrong\n", taken.stdout)
		for name, says := range map[string]string{
			"": "1 to 100 characters", " \t": "not only blanks", strings.Repeat("ü", 101): "1 to 100 characters",
			"a\nb": "control characters",
		} {
			require.Contains(t, s.run(t, "import", "--source", name, crm).stderr, says)
		}
		require.Contains(t, s.good(t, "import", "--no-classify", "--allow-duplicates", "--source",
			strings.Repeat("ü", 100), crm).stdout,
			"2 imported (")
	})
}

func TestImportAsksBeforeItPays(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.migrate(t)
		inside, m := s.open(t), modelserver.New(t)
		model := system.Asking(m)
		run := func(settings env, args ...string) command {
			return s.runWith(t, settings, append([]string{"import"}, args...)...)
		}
		file := write(t, "a.csv", "id,title,description\n1,Refund,Refund please\n2,Hm,zorbit quandle\n")

		refused := run(model, file)
		require.Equal(t, 1, refused.status)
		require.Contains(t, refused.stderr, "2 calls, about")
		require.Contains(t, refused.stderr, "and 160 output tokens (say --input-price and --output-price to see "+
			"the cost), about 1s at 16 calls at a time")
		require.Contains(t, refused.stderr, "nothing was imported: that may cost money: say --yes if it is meant")
		queue := system.Join(model, system.Queue(testenv.Redis(t)))
		require.Contains(t, run(queue, "--input-price", "1", file).stderr, "for about $0.00, by the workers")
		require.Zero(t, count(t, inside, ports.TicketFilter{}))
		require.Zero(t, m.Hits())

		cascade := system.Join(model, env{"AI_CLASSIFIER": "cascade", "CASCADE_THRESHOLD": "0.8"})
		require.Contains(t, run(cascade, file).stderr, ": 1 calls, about",
			"the first stage is sure of the other one")

		taken := run(model, "--yes", file)
		require.Zero(t, taken.status, taken.stderr)
		require.Contains(t, taken.stdout, "2 imported (2 classified")
		require.Equal(t, 2, m.Calls())
		again := run(model, file)
		require.Zero(t, again.status, "what is known costs nothing: %s", again.stderr)
		require.Empty(t, again.stderr)
		require.Zero(t, run(model, "--no-classify", "--allow-duplicates", "--source", "b", file).status)
		require.Equal(t, 2, m.Calls())
	})
}

func TestAModelThatFailsDuringAnImport(t *testing.T) {
	t.Parallel()
	start := func(t *testing.T) (store, *modelserver.Server, func(key string) command) {
		s, m := store{system.SQLite(t)}, modelserver.New(t)
		file := generate(t, 40, true)
		return s, m, func(key string) command {
			return s.runWith(t, system.Join(system.Asking(m), env{"OPENAI_API_KEY": key}), "import", "--yes", file)
		}
	}
	t.Run("for all rows is said, with what to do", func(t *testing.T) {
		t.Parallel()
		s, m, run := start(t)
		m.Behave(modelserver.Status(http.StatusBadRequest))
		failed := run(modelserver.Key)
		require.Equal(t, 1, failed.status)
		require.Equal(t, "40 imported (0 classified, 40 fallback, 0 pending), 0 imported before, 0 wrong\n",
			failed.stdout)
		require.Contains(t, failed.stderr, "40 tickets could not be classified and are fallbacks; 'ticketd "+
			"reclassify' asks about them again")
		require.Contains(t, failed.stderr, "no ticket was classified: every call failed")
		require.NotContains(t, failed.stderr, "repeat the same command")
		require.Contains(t, s.good(t, "reclassify").stdout, "40 classified")
	})
	t.Run("for one row is said, and is no failure of the import", func(t *testing.T) {
		t.Parallel()
		_, m, run := start(t)
		m.BehaveFor(title(7), modelserver.Status(http.StatusBadRequest))
		taken := run(modelserver.Key)
		require.Zero(t, taken.status)
		require.Contains(t, taken.stdout, "40 imported (39 classified, 1 fallback, 0 pending)")
		require.Contains(
			t, taken.stderr, "1 tickets could not be classified and are fallbacks; 'ticketd reclassify'")
	})
	t.Run("since the key is refused ends it", func(t *testing.T) {
		t.Parallel()
		_, m, run := start(t)
		refused := run("sk-wrong-4711")
		require.Equal(t, 1, refused.status)
		require.Contains(t, refused.stdout, "0 imported (0 classified, 0 fallback, 0 pending), 0 imported before")
		require.Contains(t, refused.stderr, "does not accept the key")
		require.Contains(t, refused.stderr, "repeat the same command to go on")
		require.LessOrEqual(t, m.Hits(), 16)
		require.Contains(t, run(modelserver.Key).stdout, "40 imported (40 classified")
	})
}

func TestAFileThatIsNoGoodAtAll(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe.csv")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	s := store{"sqlite://tickets.db"}
	for name, c := range map[string]struct{ file, says string }{
		"that is not there": {"/no/such/file.csv", "no such file"},
		"of another kind":   {write(t, "tickets.xlsx", ""), "must end in"},
		"that is a pipe":    {pipe, "is no regular file"},
		"with pipes": {
			write(t, "b.csv", "title|description\na|b\n"),
			`no column could be the title or the description among "title|description"`,
		},
		"with no good header row": {
			write(t, "a.csv", "title,\"description\na,b\n"), "line 1: is no well-formed CSV",
		},
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
		require.Equal(t, 300, count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusFallback}),
			"nobody, on request")
		healed := s.good(t, "reclassify", "--limit", "40")
		require.Contains(t, healed.stdout, "40 classified")

		queue := system.Queue(testenv.Redis(t))
		queued := s.runWith(t, queue, "import", "--allow-duplicates", "--source", "b", generate(t, 300, true))
		require.Zero(t, queued.status, queued.stderr)
		require.Equal(t, 300, count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusPending}))
		s.start(t, queue, "worker")
		require.Eventually(t, func() bool {
			return count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusPending}) == 0
		}, patience, poll)
		require.Equal(t, 260, count(t, inside, ports.TicketFilter{AIStatus: domain.AIStatusFallback}),
			"the worker leaves those alone")
	})
}

func TestTheAdminOwnsWhatIsImported(t *testing.T) {
	t.Parallel()
	s := store{system.SQLite(t)}
	api := system.Serve(t, system.On(s.url))
	api.Do(t, http.StatusCreated, http.MethodPost, "/users", `{"name":"Ann","email":"ann@example.com"}`)
	file := write(t, "a.csv", "id,title,description,created_by\n1,Hello,text,1\n2,Hello,text,\n")
	s.good(t, "import", file)
	api.Do(t, http.StatusCreated, http.MethodPost, "/users", `{"name":"admin","email":"admin@example.com"}`)
	s.good(t, "import", "--allow-duplicates", "--source", "other", file)
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
