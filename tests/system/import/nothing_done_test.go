package import_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/ports"
)

// A database that was made for nothing is found the next time, and asks to be explained.
func TestAnImportThatCannotBeginLeavesNoDatabaseBehind(t *testing.T) {
	t.Parallel()
	wide := strings.Repeat("column,", 9_999) + "column"
	for name, c := range map[string]struct {
		file, says string
		flags      []string
	}{
		"of a file that is not there": {filepath.Join(t.TempDir(), "typo.csv"), "typo.csv: no such file " +
			"or directory", nil},
		"of 10,000 columns without a title": {
			write(t, "wide.csv", wide+"\n"+strings.ReplaceAll(wide, "column", "x")+"\n"),
			`no column could be the title or the description among "column"`, nil,
		},
		"of UTF-16 cut within a character": {
			write(t, "cut.csv", "\xff\xfet\x00i\x00t\x00l\x00e\x00,\x00d"),
			"cut.csv: ends in the middle of a character: the file is cut off", nil,
		},
		"that maps a column that is not there": {
			write(t, "a.csv", "title,description\na,b\n"),
			`--map title=Subject: there is no column "Subject" among "title", "description"`,
			[]string{"--map", "title=Subject"},
		},
		"with two titles": {
			write(t, "b.csv", "title,Subject,description\na,b,c\n"),
			"--map title=title or --map title=Subject decides", nil,
		},
		"in an encoding that nobody can tell": {write(t, "c.csv", "title,description\n\xcf\xf0\xe8\xe2\xe5\xf2,"+
			"\xcf\xf0\xe8\xe2\xe5\xf2\n"), "--encoding says what it is", nil},
		"that rejects into no folder": {
			write(t, "d.csv", "title,description\na,b\n"), "--rejects: ",
			[]string{"--rejects", "/no/such/folder/r.csv"},
		},
		"of no bytes":  {write(t, "empty.csv", ""), "empty.csv: the file is empty", nil},
		"as a dry run": {write(t, "e.csv", "title,description\na,b\n"), "", []string{"--dry-run"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			s := store{url: "sqlite://" + filepath.Join(folder, "tickets.db")}
			got := s.run(t, append([]string{"import", "--skip-bad", c.file}, c.flags...)...)
			require.Contains(t, got.stderr, c.says)
			require.Equal(t, c.says == "", got.status == 0, got.stderr)
			require.Less(t, len(got.stderr), 2000, "a message, not the file")
			left, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestARefusedImportMakesNoTables(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		untouched := func() {
			if path, ok := strings.CutPrefix(s.url, "sqlite://"); ok {
				require.NoFileExists(t, path)
				return
			}
			require.Contains(t, s.good(t, "migrate", "version").stdout, "schema version 0")
		}
		file := write(t, "a.csv", "title,description\n,b\nc,d\n")
		require.Equal(t, 1, s.run(t, "import", file).status)
		untouched()
		require.Contains(t, s.good(t, "import", write(t, "b.csv", "title,description\n")).stderr,
			"b.csv: there is no ticket in it")
		untouched()
		require.Contains(t, s.good(t, "import", "--skip-bad", file).stdout, "1 imported (1 classified")
		require.Contains(t, s.good(t, "import", "--skip-bad", file).stdout, "0 imported (0 classified, "+
			"0 fallback, 0 pending), 1 imported before, 1 wrong")
	})
}

func TestAFileIsNotOverwrittenByItsRejects(t *testing.T) {
	t.Parallel()
	file := write(t, "a.csv", "title,description\n,b\n")
	s := store{"sqlite://" + filepath.Join(t.TempDir(), "none.db")}
	refused := s.run(t, "import", "--rejects", file, file)
	require.Equal(t, 1, refused.status)
	require.Contains(t, refused.stderr, "--rejects: must not be the file itself")
	require.Equal(t, "title,description\n,b\n", read(t, file))
}

func TestADryRunSaysWhatWouldHappen(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		file := testdata(t, "zendesk.csv")
		first := s.good(t, "import", "--dry-run", "--keep", file)
		require.Contains(
			t,
			first.stdout,
			"dry run, nothing is stored: 2 rows would be imported (0 with the labels they have), 0 were imported "+
				"before, 0 are wrong\n",
		)
		require.Contains(
			t,
			first.stdout,
			"line 2: id 4711, created_at 2024-03-12T15:04:00Z, status closed\n  title: Charged twice for March\n  "+
				"description: Hello, my card",
		)
		require.Contains(t, first.stderr, "an export of Zendesk")
		require.Contains(t, s.good(t, "migrate", "version").stdout, "0", "not even the tables are there")

		s.good(t, "import", file)
		require.Contains(
			t, s.good(t, "import", "--dry-run", file).stdout,
			"0 rows would be imported (0 with the labels they have), 2 were imported before",
		)
		require.Equal(t, 2, count(t, s.open(t), ports.TicketFilter{}))

		refused := s.run(t, "import", "--dry-run", write(t, "a.csv", "title,description\n,b\nc,d\n"))
		require.Equal(t, 1, refused.status, "as the import would end")
		require.Contains(
			t, refused.stdout,
			"1 rows would be imported (0 with the labels they have), 0 were imported before, 1 are wrong",
		)
	})
}

func TestRowsThatWereLeftOutCanBeMended(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		rejects := filepath.Join(t.TempDir(), "rejects.csv")
		file := write(t, "old.csv", "Subject;Body;id\nHello;text;1\n;no subject;2\nHi;;3\nBye;text;4\n;none;5\n")
		refused := s.run(t, "import", "--rejects", rejects, file)
		require.Equal(t, 1, refused.status)
		require.Contains(t, refused.stderr, "3 rows are in "+rejects+", to be mended and imported")
		require.Contains(
			t,
			refused.stderr,
			"3 of 5 rows are wrong and nothing was imported; --skip-bad imports the others, and --fit takes those "+
				"without a subject or too long",
		)

		taken := s.good(t, "import", "--skip-bad", "--rejects", rejects, file)
		require.Contains(
			t, taken.stdout, "2 imported (2 classified, 0 fallback, 0 pending), 0 imported before, 3 wrong\n",
		)
		require.True(t, strings.HasSuffix(strings.TrimSpace(taken.stderr), "LEFT OUT: 3 of 5 rows: "+
			"title must have between 1 and 200 characters (lines 3, 6); description must have between 1 and 20000 "+
			"characters (line 4)"), taken.stderr)
		require.Equal(t, "\ufeffticketd_line;ticketd_reason;Subject;Body;id\n"+
			"3;title must have between 1 and 200 characters;;no subject;2\n"+
			"4;description must have between 1 and 20000 characters;Hi;;3\n"+
			"6;title must have between 1 and 200 characters;;none;5\n", read(t, rejects))

		mended := write(
			t,
			"mended.csv",
			strings.NewReplacer(";;no", ";A subject;no", "Hi;;", "Hi;A text;", ";;none", ";Another;none").
				Replace(read(t, rejects)),
		)
		require.Contains(
			t, s.good(t, "import", mended).stdout,
			"3 imported (3 classified, 0 fallback, 0 pending), 0 imported before, 0 wrong\n",
		)
		require.Contains(
			t, s.good(t, "import", "--fit", "--allow-duplicates", "--source", "fitted", file).stdout,
			"5 imported (5 classified",
		)
	})
}

func TestLabelsThatWereKeptAreNotPaidFor(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		file := write(t, "old.csv", "id,title,description,category,priority,status\n"+
			"1,a,b,Billing,Urgent,Solved\n2,a,b,Shipping,low,open\n3,a,b,,high,open\n")
		taken := s.good(t, "import", "--keep", "--value", "category:Shipping=general", file)
		require.Equal(
			t,
			"3 imported (1 classified, 0 fallback, 0 pending, 2 with the labels they had), "+
				"0 imported before, 0 wrong\n",
			taken.stdout,
		)
		require.Contains(
			t, taken.stderr,
			"1 rows have a priority and no category of ours: they are classified, and their priority is not kept",
		)
		human := 0
		for _, l := range lines(t, s.good(t, "export").stdout) {
			if l.ClassifiedBy != nil && *l.ClassifiedBy == "human" {
				human++
			}
		}
		require.Equal(t, 2, human)
	})
}
