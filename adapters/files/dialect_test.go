package files_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/files"
	"ticketd/ports"
)

func TestDelimitersAreToldApart(t *testing.T) {
	t.Parallel()
	want := []ports.ImportRow{{Title: "Hello, you; there", Description: "two\nlines\t"}}
	for name, text := range map[string]string{
		"commas":     "title,description\n\"Hello, you; there\",\"two\nlines\t\"\n",
		"semicolons": "title;description\n\"Hello, you; there\";\"two\nlines\t\"\n",
		"tabs":       "title\tdescription\n\"Hello, you; there\"\t\"two\nlines\t\"\n",
		"commas within names of semicolons": "Ticket, open;title;Note, inner;description\nx;\"Hello, you; " +
			"there\";y;\"two\nlines\t\"\n",
		"a line that says semicolons": "sep=;\r\ntitle;description\r\n\"Hello, you; there\";" +
			"\"two\r\nlines\t\"\r\n",
		"a line that says pipes, quoted": "\"sep=|\"\ntitle|description\n\"Hello, you; there\"|\"two\nlines\t\"\n",
		"a line that says tabs":          "sep=\t\ntitle\tdescription\n\"Hello, you; there\"\t\"two\nlines\t\"\n",
		"a mark before that line": "\ufeffsep=;\ntitle;description\n\"Hello, you; there\";" +
			"\"two\nlines\t\"\n",
		"a line that says pipes, with CR": "sep=|\rtitle|description\r\"Hello, you; there\"|\"two\rlines\t\"\r",
		"signs of two bytes":              "sep=§\ntitle§description\n\"Hello, you; there\"§\"two\nlines\t\"\n",
		"cells at the end left out":       "title,description,status,\n\"Hello, you; there\",\"two\nlines\t\"\n",
		"more cells at the end, empty":    "title,description\n\"Hello, you; there\",\"two\nlines\t\",,,\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, _, err := importWith(t, "a.csv", text, files.TicketOptions{})
			require.NoError(t, err)
			require.Len(t, rows, 1)
			first := 2
			if strings.Contains(text, "sep=") {
				first = 3
			}
			require.Equal(t, first, rows[0].Line)
			rows[0].Line = 0
			require.Equal(t, want, rows)
		})
	}
	for text, want := range map[string]string{
		"sep=\"\ntitle,description\n":          `line 1: '"' cannot separate columns`,
		"sep=;\ntitle;description\na; \"c\n":   "line 3: is no well-formed CSV: line 3, column 4",
		"sep=;\ntitle;description\na;b\n\"c;d": "line 4: is no well-formed CSV",
	} {
		_, _, err := importWith(t, "a.csv", text, files.TicketOptions{})
		require.ErrorContains(t, err, want)
	}
}

func TestALineOfTwoGigabytesIsRefusedWithoutBeingHeld(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.csv")
	require.NoError(t, os.WriteFile(path, []byte("title,description\na,b\n"), 0o600))
	require.NoError(t, os.Truncate(path, 2<<30))
	file, err := files.NewTickets(path, files.TicketOptions{})
	require.NoError(t, err)
	require.NoError(t, file.Look(t.Context()), "the first row is right")
	rows, last := 0, errors.New("none")
	for _, last = range file.ImportRows(t.Context()) {
		rows++
	}
	require.ErrorContains(
		t,
		last,
		"the record after line 2 is longer than 1048576 bytes; --fit takes longer ones and shortens them: "+
			"perhaps a quote is not closed",
	)
	require.Equal(t, 2, rows)
}

func TestRejectedRowsCanBeMendedAndImported(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, name, text string, reasons map[int]string) string {
		t.Helper()
		_, file, err := importWith(t, name, text, files.TicketOptions{})
		require.NoError(t, err)
		var out strings.Builder
		require.NoError(t, file.WriteRejects(t.Context(), &out, reasons))
		return out.String()
	}
	t.Run("as CSV with the file's delimiter", func(t *testing.T) {
		t.Parallel()
		const text = "sep=;\nSubject;Body;\nHello;Text;x\n;\"two\nlines\";y\na;b;c;d\n"
		got := write(t, "a.csv", text, map[int]string{4: "title must not be blank", 6: "has not as many fields"})
		require.Equal(
			t,
			"\ufeffticketd_line;ticketd_reason;Subject;Body;\n4;title must not be blank;;\"two\nlines\";y\n6;has "+
				"not as many fields;a;b;c;d\n",
			got,
		)

		mended := strings.Replace(strings.Replace(got, "blank;;", "blank;Hi;", 1), ";c;d", ";c", 1)
		rows, file, err := importWith(t, "b.csv", mended, files.TicketOptions{})
		require.NoError(t, err)
		require.Equal(
			t,
			[]ports.ImportRow{
				{Line: 2, Title: "Hi", Description: "two\nlines"},
				{Line: 4, Title: "a", Description: "b"},
			},
			rows,
		)
		require.Equal(t, []string{"#5"}, file.Ignored(), "its own columns are no news")
		require.Equal(
			t, "\ufeffticketd_line;ticketd_reason;Subject;Body;\n4;again;a;b;c\n",
			write(t, "b.csv", mended, map[int]string{4: "again"}),
		)
	})
	t.Run("as JSON Lines", func(t *testing.T) {
		t.Parallel()
		const text = `{"id":12345678901234567890,"title":" ","description":"d"}` + "\nnot \xff JSON ä\n" +
			`{"title":"good","description":"ö"}` + "\n"
		got := write(t, "a.jsonl", text, map[int]string{1: `it's "blank"`, 2: "must be a JSON object"})
		lines := strings.Split(strings.TrimSpace(got), "\n")
		require.Len(t, lines, 2)
		require.JSONEq(
			t,
			`{"id":12345678901234567890,"title":" ","description":"d","ticketd_line":1,"ticketd_reason":"it's `+
				`\"blank\""}`,
			lines[0],
		)
		require.Contains(t, lines[0], "12345678901234567890")
		require.JSONEq(
			t, `{"ticketd_text":"not \ufffd JSON ä","ticketd_line":2,"ticketd_reason":"must be a JSON object"}`,
			lines[1],
		)
		rows, file, err := importWith(
			t, "b.jsonl", strings.Replace(lines[0], `" "`, `"Hi"`, 1), files.TicketOptions{},
		)
		require.NoError(t, err)
		require.Equal(t, "Hi", rows[0].Title)
		require.Empty(t, file.Ignored())
	})
	t.Run("none leave the header row", func(t *testing.T) {
		t.Parallel()
		require.Equal(
			t, "\ufeffticketd_line,ticketd_reason,title,description\n",
			write(t, "a.csv", "title,description\na,b\n", nil),
		)
		require.Empty(t, write(t, "a.jsonl", `{"title":"a","description":"b"}`, nil))
	})
}
