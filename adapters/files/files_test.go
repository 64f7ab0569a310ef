package files_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/files"
	"ticketd/domain"
	"ticketd/ports"
)

func write(tb testing.TB, name, content string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	require.NoError(tb, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// read gives the tickets and the errors of a file, without its folder.
func read(t *testing.T, name, content string) (tickets []ports.LabelledTicket, problems []string) {
	t.Helper()
	path := write(t, name, content)
	file, err := files.NewLabelled(path)
	require.NoError(t, err)
	for ticket, err := range file.LabelledTickets(t.Context()) {
		if err != nil {
			problems = append(problems, strings.ReplaceAll(err.Error(), path, name))
			continue
		}
		tickets = append(tickets, ticket)
	}
	return tickets, problems
}

func TestLabelled_Reads(t *testing.T) {
	t.Parallel()
	text, err := domain.NewText("Refund, please", "Two\nlines “quoted”")
	require.NoError(t, err)
	want := []ports.LabelledTicket{
		{ID: "7", Text: text, Category: domain.CategoryBilling, Priority: domain.PriorityHigh, Source: "shop"},
		{ID: "line %d", Text: text, Category: domain.CategoryGeneral},
	}
	cases := []struct {
		name, file, content string
		second              int // the line of the second ticket
	}{
		{"JSON Lines with null, a number as id, fields that do not matter and blank lines", "a.jsonl", "\n" +
			`{"id": 7, "title": "Refund, please", "description": "Two\nlines “quoted”", "category": "billing", ` +
			`"priority": "high", "source": "shop", "language": "en", "more": {"x": [1]}}` + "\n\n" +
			`{"title": "Refund, please", "description": "Two\nlines “quoted”", "category": "general", ` +
			`"priority": null}`, 4},
		{
			"another ending and Windows line ends",
			"a.ndjson",
			"\ufeff" + `{"id": "7", "title": "Refund, please", "description": "Two\nlines “quoted”", "category": ` +
				`"billing", "priority": "high", "source": "shop"}` + "\r\n" +
				`{"title": "Refund, please", "description": "Two\nlines “quoted”", "category": "general"}` + "\r\n",
			2,
		},
		{"CSV in any order of columns", "a.CSV", "\ufeffcategory,id, title ,description,source,priority,extra\n" +
			"billing,7,\"Refund, please\",\"Two\nlines “quoted”\",shop,high,x\n" +
			"General ,,\"Refund, please\",\"Two\nlines “quoted”\",,,\n", 4},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problems := read(t, c.file, c.content)
			require.Empty(t, problems)
			want := append([]ports.LabelledTicket(nil), want...)
			want[1].ID = fmt.Sprintf(want[1].ID, c.second)
			require.Equal(t, want, got)
		})
	}
	t.Run("an empty file has no tickets", func(t *testing.T) {
		t.Parallel()
		for _, name := range []string{"a.jsonl", "a.csv"} {
			got, problems := read(t, name, "")
			require.Empty(t, got)
			require.Empty(t, problems)
		}
	})
}

func TestLabelled_WrongRows(t *testing.T) {
	t.Parallel()
	const good = `{"title": "a", "description": "b", "category": "billing"}`
	cases := []struct {
		name, file, content string
		want                []string
		good                int
	}{
		{"all that is wrong with a row is said at once, and reading goes on", "a.jsonl",
			good + "\n" + `{"description": "b", "category": "bills", "priority": "urgent"}` + "\n" + good,
			[]string{
				"a.jsonl:2: title must have between 1 and 200 characters; category must be one of billing, technical, " +
					"general; " +
					"priority must be one of low, medium, high",
			}, 2},
		{"a field of another type", "a.jsonl", `{"title": ["a"], "description": "b", "category": true}`,
			[]string{"a.jsonl:1: title must be a string; category must be a string"}, 0},
		{"a line that is no object", "a.jsonl", "[1]\n" + good, []string{"a.jsonl:1: must be a JSON object"}, 1},
		{
			"a line that is cut off",
			"a.jsonl",
			`{"title": "a"`,
			[]string{"a.jsonl:1: is no well-formed JSON: unexpected EOF"},
			0,
		},
		{
			"a name that stands twice",
			"a.jsonl",
			`{"title": "a", "title": "b"}`,
			[]string{`a.jsonl:1: the name "title" stands twice`},
			0,
		},
		{"a record that is too short", "a.csv", "title,description,category\na,b\na,b,billing\n",
			[]string{"a.csv:2: has not as many fields as the header row"}, 1},
		{"a column that is missing", "a.csv", "title,category\na,billing\n",
			[]string{
				`a.csv: line 1: there is no column description among "title", "category": a CSV must have commas, ` +
					`semicolons or tabs between the columns`,
			}, 0},
		{
			"a column that stands twice",
			"a.csv",
			"title,title\na,b\n",
			[]string{`a.csv: line 1: the column "title" stands twice`},
			0,
		},
		{
			"a line that is too long",
			"a.jsonl",
			good + "\n" + strings.Repeat("x", 1<<20+3) + "\n" + good,
			[]string{"a.jsonl:2: is longer than 1048576 bytes"},
			2,
		},
		{
			"a line that is longer than many, at the end",
			"a.jsonl",
			good + "\n" + strings.Repeat("x", 5<<20),
			[]string{"a.jsonl:2: is longer than 1048576 bytes"},
			1,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problems := read(t, c.file, c.content)
			require.Equal(t, c.want, problems)
			require.Len(t, got, c.good)
		})
	}
}

func TestLabelled_Files(t *testing.T) {
	t.Parallel()
	t.Run("a name that says nothing is refused", func(t *testing.T) {
		t.Parallel()
		for _, name := range []string{"tickets", "tickets.json", "tickets.xlsx", ""} {
			_, err := files.NewLabelled(name)
			require.ErrorIs(t, err, files.ErrUnknownFormat)
		}
	})
	t.Run("a file that is not there is an error of the reading", func(t *testing.T) {
		t.Parallel()
		for _, err := range files.Rows(t.Context(), filepath.Join(t.TempDir(), "none.csv"), files.Names{}) {
			require.ErrorIs(t, err, os.ErrNotExist)
		}
	})
	t.Run("an ended context ends the reading", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		rows := 0
		var last error
		for _, err := range files.Rows(ctx, write(t, "a.jsonl", strings.Repeat("{}\n", 10)), files.Names{}) {
			rows++
			last = err
			cancel()
		}
		require.Equal(t, 2, rows)
		require.ErrorIs(t, last, context.Canceled)
	})
	t.Run("whoever stops early gets no more", func(t *testing.T) {
		t.Parallel()
		for _, name := range []string{"a.jsonl", "a.csv"} {
			rows := 0
			for range files.Rows(t.Context(), write(t, name, strings.Repeat("{}\n", 10)), files.Names{}) {
				rows++
				break
			}
			require.Equal(t, 1, rows)
		}
	})
}

func FuzzRows(f *testing.F) {
	f.Add("{}\n{\"title\":1}\n", true)
	f.Add("title,category\na,\"b\nc\"\n", false)
	f.Add("\ufeff,,\n\"", false)
	f.Fuzz(func(t *testing.T, content string, lines bool) {
		name := "a.csv"
		if lines {
			name = "a.jsonl"
		}
		last := 0
		for row, err := range files.Rows(t.Context(), write(t, name, content), files.Names{}) {
			if e, ok := errors.AsType[*files.RowError](err); ok && (e.Line < 1 || e.Path == "") {
				t.Fatalf("an error without a place: %v", e)
			}
			if err == nil && row.Line() <= last {
				t.Fatalf("line %d after line %d", row.Line(), last)
			}
			if err == nil {
				last = row.Line()
			}
		}
	})
}
