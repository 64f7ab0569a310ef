package files_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"ticketd/adapters/files"
)

func TestLabelled_BrokenCSV(t *testing.T) {
	t.Parallel()
	const (
		row    = "a,b,billing\n"
		quotes = `: extraneous or missing " in quoted-field; the file is not read any further`
		bare   = `: bare " in non-quoted-field; the file is not read any further`
		long   = " is longer than 1048576 bytes: perhaps a quote is not closed"
	)
	cases := []struct {
		name, rows string // after the header row
		want       string
		good       int
	}{
		{
			"a quote behind a blank, which may be meant to begin the cell",
			row + "a, \"5 b,billing\n" + row,
			"line 3: is no well-formed CSV: line 3, column 4" + bare,
			1,
		},
		{"a quote after a quoted field", "\"a\"b,c,billing\n" + row,
			"line 2: is no well-formed CSV: line 2, column 3" + quotes, 0},
		{"a quote that is not closed", row + "a,\"b,billing\n" + row + row,
			"line 3: is no well-formed CSV: line 5, column 13" + quotes, 1},
		{"a quote that the next row's quote ends", "a,\"b,billing\n" + row + "a,\"b\",billing\n" + row,
			"line 2: is no well-formed CSV: line 4, column 3" + quotes, 0},
		{"a quote that is not closed for long", row + "\n" + row + "a,\"b,billing\n" + strings.Repeat(row, 1<<17),
			"the record after line 4" + long, 2},
		{"a line that is too long", "a,\"b\n\nc\",billing\n" + strings.Repeat("x", 3<<20) + "\n" + row,
			"the record after line 4" + long, 1},
		{"a line that is too long within quotes", "a,\"b\n" + strings.Repeat("x", 3<<20) + "\n" + row,
			"the record after line 1" + long, 0},
	}
	for _, c := range cases {
		t.Run(c.name+" ends the reading", func(t *testing.T) {
			t.Parallel()
			got, problems := read(t, "a.csv", "title,description,category\n"+c.rows)
			require.Equal(t, []string{"a.csv: " + c.want}, problems)
			require.Len(t, got, c.good)
		})
	}
	t.Run("quotes, commas and breaks in quotes, empty cells and lines are fine", func(t *testing.T) {
		t.Parallel()
		got, problems := read(t, "a.csv", "title,description,category\n"+
			"\"a \"\"b\"\"\",\"\nb,\n\n\"\"c\"\"\r\n\",\"billing\"\r\n\n\r\n\"\"\"\",\"\"\"b\",billing\na,"+
			"\"b\n\"\"\",billing")
		require.Empty(t, problems)
		require.Len(t, got, 3)
	})
	t.Run("a quote within a cell that does not begin with one is a sign like others", func(t *testing.T) {
		t.Parallel()
		got, problems := read(t, "a.csv", "title,description,category\n"+
			"5\" screen,say \"hello\",billing\n\"a\n5\"\"\",x\"\",billing\r\nb \"c\",\" d\",billing")
		require.Empty(t, problems)
		require.Len(t, got, 3)
		for i, want := range [][2]string{{`5" screen`, `say "hello"`}, {"a\n5\"", `x""`}, {`b "c"`, " d"}} {
			require.Equal(t, want, [2]string{got[i].Text.Title(), got[i].Text.Description()})
		}
	})
	t.Run("lines may end in CR alone", func(t *testing.T) {
		t.Parallel()
		got, problems := read(t, "a.csv", "title,description,category\ra,\"b\rc\nd\",billing\r5\" e,f,billing\r")
		require.Empty(t, problems)
		require.Len(t, got, 2)
		require.Equal(t, "b\nc\nd", got[0].Text.Description())
		require.Equal(t, `5" e`, got[1].Text.Title())
	})
	t.Run("the longest record may have 1 MB", func(t *testing.T) {
		t.Parallel()
		const around = len("a,,billing,\n")
		record := "a,b,billing," + strings.Repeat("x", 1<<20-around-len("b")) + "\n"
		got, problems := read(t, "a.csv", "title,description,category,more\n"+strings.Repeat(record, 3))
		require.Empty(t, problems)
		require.Len(t, got, 3)
	})
	t.Run("a line of 2 GB is refused without being read", func(t *testing.T) {
		t.Parallel()
		path := write(t, "a.csv", "title,description,category\n")
		require.NoError(t, os.Truncate(path, 2<<30))
		var last error
		for _, last = range files.Rows(t.Context(), path, files.Names{}) {
		}
		require.EqualError(t, last, path+": the record after line 1"+long)
	})
}

// A CSV that keeps the rules is read as they say.
func TestRows_AreThoseOfAStrictReader(t *testing.T) {
	t.Parallel()
	names := files.Names{Required: []string{"x", "y"}}
	cells := rapid.Custom(func(rt *rapid.T) string {
		cell := rapid.StringOfN(rapid.RuneFrom([]rune("ab,\"\n\r é")), 0, 6, -1).Draw(rt, "cell")
		bytes := rapid.SampledFrom([]string{"é", "\xff", "\xfe", "\xff\xfe"}).Draw(rt, "bytes")
		cell = strings.ReplaceAll(cell, "é", bytes)
		if strings.ContainsAny(cell, ",\"\n\r") || rapid.Bool().Draw(rt, "quoted") {
			return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		return cell
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := "x,y\n"
		for range rapid.IntRange(0, 4).Draw(rt, "rows") {
			end := rapid.SampledFrom([]string{"\n", "\r\n", "\n\n"}).Draw(rt, "end")
			text += cells.Draw(rt, "x") + "," + cells.Draw(rt, "y") + end
		}
		want, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		require.NoError(t, err, "%q", text)
		got := [][]string{{"x", "y"}}
		for row, err := range files.Rows(t.Context(), write(t, "a.csv", text), names) {
			require.NoError(t, err, "%q", text)
			x, err := row.Text("x")
			require.NoError(t, err)
			y, err := row.Text("y")
			require.NoError(t, err)
			got = append(got, []string{x, y})
		}
		require.Equal(t, want, got, "%q", text)
	})
}

func TestRows_ReadsUTF16WithAByteOrderMark(t *testing.T) {
	t.Parallel()
	const cell = "Grüße, 🎫"
	for name, text := range map[string]string{
		"a.csv":   "title,description\r\n\"" + cell + "\",b\r\n",
		"a.jsonl": `{"title":"` + cell + `"}` + "\r\n",
	} {
		for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
			encoded, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
			require.NoError(t, err)
			rows := 0
			for row, err := range files.Rows(t.Context(), write(t, name, encoded),
				files.Names{Required: []string{"title"}}) {
				require.NoError(t, err)
				title, err := row.Text("title")
				require.NoError(t, err)
				require.Equal(t, cell, title)
				rows++
			}
			require.Equal(t, 1, rows, name)
		}
	}
}

func TestRows_HaveTheLineWhereTheyBegin(t *testing.T) {
	t.Parallel()
	names := files.Names{Required: []string{"x", "y"}}
	rapid.Check(t, func(rt *rapid.T) {
		cell := rapid.StringOfN(rapid.RuneFrom([]rune("ab\",\n\r ")), 0, 8, -1)
		var content strings.Builder
		content.WriteString("x,y\n")
		w := csv.NewWriter(&content)
		w.UseCRLF = rapid.Bool().Draw(rt, "CRLF")
		var want, got []int
		for _, record := range rapid.SliceOfN(rapid.SliceOfN(cell, 2, 2), 0, 5).Draw(rt, "records") {
			want = append(want, 1+strings.Count(content.String(), "\n"))
			require.NoError(t, w.Write(record))
			w.Flush()
		}
		for row, err := range files.Rows(t.Context(), write(t, "a.csv", content.String()), names) {
			require.NoError(t, err, content.String())
			got = append(got, row.Line())
		}
		require.Equal(t, want, got, content.String())
	})
}
