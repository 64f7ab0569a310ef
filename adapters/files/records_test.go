package files_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/adapters/files"
)

func TestLabelled_BrokenCSV(t *testing.T) {
	t.Parallel()
	const row = "a,b,billing\n"
	const quotes = `extraneous or missing " in quoted-field`
	cases := []struct {
		name, rows string // after the header row
		want       []string
		good       int
	}{
		{"a bare quote costs its line", row + "a,5\" b,billing\n" + row,
			[]string{`a.csv:3: is no well-formed CSV: line 3, column 4: bare " in non-quoted-field`}, 2},
		{"a quote after a quoted field costs its line", "\"a\"b,c,billing\n" + row, []string{"a.csv:2: is no well-formed CSV: line 2, column 3: " + quotes}, 1},
		{"a quote that is not closed costs its line, too", row + "a,\"b,billing\n" + row + row, []string{"a.csv:3: a quote is not closed; reading goes on in line 4"}, 3},
		{"a quote that the next row's quote ends", "a,\"b,billing\n" + row + "a,\"b\",billing\n" + row,
			[]string{"a.csv:2: is no well-formed CSV: line 4, column 3: " + quotes + "; reading goes on in line 3"}, 3},
		{"what follows a broken quote within a cell is read as rows", "a,\"b\nsay \"c\" d\ne\",billing\n" + row,
			[]string{"a.csv:2: is no well-formed CSV: line 3, column 5: " + quotes + "; reading goes on in line 3",
				"a.csv:3: is no well-formed CSV: line 3, column 5: bare \" in non-quoted-field", "a.csv:4: is no well-formed CSV: line 4, column 2: bare \" in non-quoted-field"}, 1},
		{"a quote that is not closed for long", "a,\"b,billing\n" + strings.Repeat(row, 1<<17), []string{"a.csv:2: a quote is not closed within 1048576 bytes; reading goes on in line 3"}, 1 << 17},
		{"nothing but line ends after a quote that is not closed", "a,\"b,billing\n" + strings.Repeat("\n", 3<<20) + row,
			[]string{"a.csv:2: a quote is not closed within 1048576 bytes; reading goes on in line 3"}, 1},
		{"a line that is too long", strings.Repeat("x", 3<<20) + "\n" + row, []string{"a.csv:2: is longer than 1048576 bytes"}, 1},
		{"a line that is too long within quotes", "a,\"b\n" + strings.Repeat("x", 3<<20) + "\n" + row,
			[]string{"a.csv:2: a quote is not closed within 1048576 bytes; reading goes on in line 3", "a.csv:3: is longer than 1048576 bytes"}, 1},
		{"quotes, commas and breaks in quotes, empty cells and lines", "\"a \"\"b\"\"\",\"\nb,\n\n\"\"c\"\"\r\n\",\"billing\"\r\n\n\r\n\"\"\"\",\"\"\"b\",billing\na,\"b\n\"\"\",billing",
			nil, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problems := read(t, "a.csv", "title,description,category\n"+c.rows)
			require.Equal(t, c.want, problems)
			require.Len(t, got, c.good)
		})
	}
}

// TestRecords_AreThoseOfTheLibrary compares with encoding/csv, which reads whole files.
func TestRecords_AreThoseOfTheLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		cell := rapid.StringOfN(rapid.RuneFrom([]rune("ab\",\n\r ")), 0, 8, -1)
		var content strings.Builder
		w := csv.NewWriter(&content)
		w.UseCRLF = rapid.Bool().Draw(rt, "CRLF")
		records := append([][]string{{"x", "y"}}, rapid.SliceOfN(rapid.SliceOfN(cell, 2, 2), 0, 5).Draw(rt, "records")...)
		require.NoError(t, w.WriteAll(records))
		want, err := csv.NewReader(strings.NewReader(content.String())).ReadAll()
		require.NoError(t, err)
		var got [][]string
		for row, err := range files.Rows(t.Context(), write(t, "a.csv", content.String()), files.Names{Required: []string{"x", "y"}}) {
			if err != nil {
				rt.Fatalf("%q: %v", content.String(), err)
			}
			cells := make([]string, 2)
			for i, name := range []string{"x", "y"} {
				if cells[i], err = row.Text(name); err != nil {
					rt.Fatal(err)
				}
			}
			got = append(got, cells)
		}
		if !slices.EqualFunc(want[1:], got, slices.Equal) {
			rt.Fatalf("%q: %q, not %q", content.String(), got, want[1:])
		}
	})
}
