package files_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/adapters/files"
	"ticketd/adapters/internal/apijson"
	"ticketd/domain"
)

func ticketOf(t *testing.T, title, description string) domain.Ticket {
	t.Helper()
	at := time.Date(2026, 11, 23, 10, 15, 30, 123456000, time.UTC)
	ticket, err := domain.NewTicket(title, description, nil, domain.Creators{}, at)
	require.NoError(t, err)
	return ticket.Stored(42)
}

func written(t *testing.T, format string, tickets ...domain.Ticket) string {
	t.Helper()
	var out bytes.Buffer
	w, err := files.NewTicketWriter(&out, format)
	require.NoError(t, err)
	for _, k := range tickets {
		require.NoError(t, w.Write(k))
	}
	require.NoError(t, w.Flush())
	return out.String()
}

func TestTicketsAsJSONLines(t *testing.T) {
	t.Parallel()
	decided := ticketOf(t, "=1+1", "<b>\"\n")
	owner := domain.UserID(3)
	s := decided.Snapshot()
	confidence := 0.25
	s.AIStatus, s.Category, s.Priority, s.ClassifiedBy = domain.AIStatusDone, domain.CategoryBilling,
		domain.PriorityLow, domain.SourceLocal
	s.AIConfidence, s.CreatedBy = &confidence, &owner
	decided, err := domain.RestoreTicket(s)
	require.NoError(t, err)
	s.Title, s.Description, s.AIConfidence, s.CreatedBy = "t", "d", nil, nil
	unsure, err := domain.RestoreTicket(s)
	require.NoError(t, err)
	fresh, want := ticketOf(t, "t", "d"), ""
	for _, ticket := range []domain.Ticket{decided, unsure, fresh} {
		want += string(apijson.AppendTicket(nil, ticket)) + "\n"
	}
	require.Equal(t, want, written(t, files.FormatJSONL, decided, unsure, fresh))
}

func TestACSVHasTheMembersOfTheJSONAsColumns(t *testing.T) {
	t.Parallel()
	s, creator := ticketOf(t, "a title", "a, \"b\"").Snapshot(), domain.UserID(3)
	s.AIStatus, s.ClassifiedBy, s.CreatedBy = domain.AIStatusDone, domain.SourceLocal, &creator
	s.Category, s.Priority = domain.CategoryBilling, domain.PriorityLow
	for _, confidence := range []*float64{nil, new(0.25), new(1.0 / 3)} {
		s.AIConfidence = confidence
		ticket, err := domain.RestoreTicket(s)
		require.NoError(t, err)
		want := apijson.AppendTicket(nil, ticket)
		var members map[string]jsontext.Value
		require.NoError(t, json.Unmarshal(want, &members))
		records, err := csv.NewReader(strings.NewReader(written(t, files.FormatCSV, ticket))).ReadAll()
		require.NoError(t, err)
		require.Len(t, records, 2)
		require.Equal(t, []string{"id", "title", "description"}, records[0][:3])
		require.Len(t, records[0], len(members))
		for i, name := range records[0] {
			cell := members[name].String()
			switch members[name].Kind() {
			case 'n':
				cell = ""
			case '"':
				require.NoError(t, json.Unmarshal(members[name], &cell))
			}
			require.Equal(t, cell, records[1][i], name)
		}
	}
}

func TestTimesAreWrittenAsTheAPIWritesThem(t *testing.T) {
	t.Parallel()
	s := ticketOf(t, "t", "d").Snapshot()
	s.CreatedAt = time.Date(2026, 11, 23, 11, 15, 30, 120000000, time.FixedZone("elsewhere", 3600))
	ticket, err := domain.RestoreTicket(s)
	require.NoError(t, err)
	for _, format := range []string{files.FormatJSONL, files.FormatCSV} {
		require.Contains(
			t,
			written(t, format, ticket),
			"2026-11-23T10:15:30.120000Z",
			"texts order like times: %s",
			format,
		)
	}
}

func TestNoCellOfACSVRunsAsAFormula(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\n1", "＝1", "＋1", "－1", "＠x", `=HYPERLINK("http://x","y")`,
		"=cmd|' /C calc'!A0",
	} {
		records, err := csv.NewReader(bytes.NewBufferString(written(t, files.FormatCSV,
			ticketOf(t, text, text+", more")))).ReadAll()
		require.NoError(t, err)
		require.Len(t, records, 2)
		require.Equal(t, "'"+text, records[1][1])
		require.Equal(t, "'"+text+", more", records[1][2])
	}
	harmless := "a=1; \"quoted\", ünïcode 🎫"
	records, err := csv.NewReader(bytes.NewBufferString(written(t, files.FormatCSV,
		ticketOf(t, harmless, "'=1")))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"42", harmless, "'=1"}, records[1][:3])
}

func TestNoCellRunsWhateverSeparatesThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("a1 =+-@＝;,\t\n\r\"'")), 1, 12, -1).
			Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
		title := rapid.SampledFrom([]string{"a\n=1+1", ";=cmd()", "\t=1", "a;\"=1\"", "a\t-2"}).Draw(rt, "title")
		content := written(t, files.FormatCSV, ticketOf(t, title, text.Draw(rt, "description")))
		for _, comma := range []rune{',', ';', '\t'} {
			for _, cell := range cells(content, comma) {
				if cell != "" && strings.Contains("=+-@＝", firstRune(cell)) {
					rt.Fatalf("with %q between the cells %q runs: %q", comma, cell, content)
				}
			}
		}
	})
}

func firstRune(text string) string { return string([]rune(text)[:1]) }

// cells reads as a spreadsheet does: quotes within a cell that does not begin with one mean nothing, and text
// after the closing quote belongs to the cell.
func cells(content string, comma rune) []string {
	var all []string
	cell, quoted, fresh := "", false, true
	for text := []rune(content); len(text) > 0; text = text[1:] {
		switch c := text[0]; {
		case quoted && c == '"' && len(text) > 1 && text[1] == '"':
			cell, text = cell+`"`, text[1:]
		case quoted && c == '"':
			quoted = false
		case quoted:
			cell += string(c)
		case fresh && c == '"':
			quoted, fresh = true, false
		case c == comma, c == '\n', c == '\r':
			all, cell, fresh = append(all, cell), "", true
		default:
			cell, fresh = cell+string(c), false
		}
	}
	return append(all, cell)
}

func TestAnUnknownFormat(t *testing.T) {
	t.Parallel()
	_, err := files.NewTicketWriter(io.Discard, "xlsx")
	require.ErrorContains(t, err, "csv or jsonl")
}

func TestAFileAppearsWhenItIsComplete(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "out.jsonl")
	for _, text := range []string{"first", "second"} {
		require.NoError(t, files.WriteAtomically(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}))
	}
	broken := errors.New("broken")
	require.ErrorIs(t, files.WriteAtomically(path, func(w io.Writer) error {
		_, err := io.WriteString(w, "third")
		return errors.Join(err, broken)
	}), broken)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "second", string(content))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing is left behind")
}

func TestWhereNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "no", "such.csv")
	err := files.WriteAtomically(path, func(io.Writer) error { return nil })
	require.EqualError(t, err, "write "+path+": no such file or directory", "no temporary file is named")
	require.EqualError(t, files.Writable(path), err.Error())
	require.ErrorContains(t, files.Writable(dir), "is a directory")

	old := filepath.Join(dir, "old.csv")
	require.NoError(t, os.WriteFile(old, []byte("old"), 0o600))
	for _, good := range []string{old, filepath.Join(dir, "new.csv"), os.DevNull} {
		require.NoError(t, files.Writable(good))
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "trying leaves nothing behind")
	content, err := os.ReadFile(old)
	require.NoError(t, err)
	require.Equal(t, "old", string(content))

	folder := filepath.Join(dir, "folder.csv")
	err = files.WriteAtomically(folder, func(io.Writer) error { return os.MkdirAll(folder, 0o700) })
	require.EqualError(t, err, "write "+folder+": file exists", "what became a folder meanwhile")
}

func TestWhatIsNoPlainFileIsWrittenThrough(t *testing.T) {
	t.Parallel()
	say := func(text string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}
	}
	content := func(path string) string {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(text)
	}
	t.Run("a symbolic link stays, and what it leads to is replaced with its permissions", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		target, link := filepath.Join(dir, "there", "real.csv"), filepath.Join(dir, "link.csv")
		require.NoError(t, os.Mkdir(filepath.Dir(target), 0o700))
		require.NoError(t, os.Symlink(filepath.Join("there", "real.csv"), link))
		require.NoError(t, files.WriteAtomically(link, say("first")), "also where it leads to nothing yet")
		require.Equal(t, "first", content(target))
		require.NoError(t, os.Chmod(target, 0o640))
		require.NoError(t, files.WriteForAll(link, say("second")))
		require.Equal(t, "second", content(target))
		to, err := os.Readlink(link)
		require.NoError(t, err)
		require.Equal(t, filepath.Join("there", "real.csv"), to)
		info, err := os.Stat(target)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o640), info.Mode())
	})
	t.Run("a new file is for its owner, or for all", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		for name, c := range map[string]struct {
			write func(string, func(io.Writer) error) error
			want  os.FileMode
		}{"own": {files.WriteAtomically, 0o600}, "all": {files.WriteForAll, 0o644}} {
			require.NoError(t, c.write(filepath.Join(dir, name), say("x")))
			info, err := os.Stat(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Equal(t, c.want, info.Mode())
		}
	})
	t.Run("a pipe with a name is written to", func(t *testing.T) {
		t.Parallel()
		pipe := filepath.Join(t.TempDir(), "pipe")
		require.NoError(t, syscall.Mkfifo(pipe, 0o600))
		got := make(chan string, 1)
		go func() {
			text, err := os.ReadFile(pipe)
			got <- string(text) + fmt.Sprint(err)
		}()
		require.NoError(t, files.WriteAtomically(pipe, say("through")))
		require.Equal(t, "through<nil>", <-got)
		info, err := os.Stat(pipe)
		require.NoError(t, err)
		require.NotZero(t, info.Mode()&os.ModeNamedPipe)
	})
	t.Run("a device stays one", func(t *testing.T) {
		t.Parallel()
		link := filepath.Join(t.TempDir(), "null")
		require.NoError(t, os.Symlink(os.DevNull, link))
		require.NoError(t, files.WriteForAll(link, say("x")))
		info, err := os.Stat(link)
		require.NoError(t, err)
		require.NotZero(t, info.Mode()&os.ModeDevice)
		require.NotEqual(t, os.FileMode(0o644), info.Mode().Perm())
	})
	t.Run("a folder is refused", func(t *testing.T) {
		t.Parallel()
		require.ErrorContains(t, files.WriteAtomically(t.TempDir(), say("x")), "is a directory")
	})
}
