package import_test

import (
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
)

const strange = `{"id":"a","title":"=HYPERLINK(\"http://evil\")",` +
	`"description":"@SUM(A1), \"quoted\"\r\nand\n\ttabs, ünïcode 🎫  <b>"}
{"id":"b","title":"-2+3","description":"+49 30 123"}
{"id":"c","title":"  plain  ","description":"plain"}
`

func TestTheWordsOfAnExportAreImportedAsTheyWere(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.migrate(t)
		inside, out := s.open(t), filepath.Join(t.TempDir(), "out.jsonl")
		s.good(t, "import", write(t, "strange.jsonl", strange))
		require.Empty(t, s.good(t, "export", "--out", out).stdout)
		s.good(t, "import", "--source", "copy", out)
		require.Equal(t, 6, count(t, inside, ports.TicketFilter{}))
		require.Contains(t, s.good(t, "import", "--source", "copy", out).stdout, "0 imported")

		all := lines(t, s.good(t, "export").stdout)
		require.Len(t, all, 6)
		for i, l := range all[:3] { // the newest are the copies, made in the order of the file: newest first
			require.Equal(t, all[5-i].Title, l.Title)
			require.Equal(t, all[5-i].Description, l.Description)
		}
	})
}

func TestACSVForSpreadsheetsRunsNothing(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.good(t, "import", write(t, "strange.jsonl", strange))
		out := filepath.Join(t.TempDir(), "out.csv")
		s.good(t, "export", "--out", out)
		file, err := os.Open(out)
		require.NoError(t, err)
		mark := make([]byte, len("\ufeff"))
		_, err = io.ReadFull(file, mark)
		require.NoError(t, err)
		require.Equal(t, "\ufeff", string(mark), "by which Excel knows UTF-8")
		records, err := csv.NewReader(file).ReadAll()
		require.NoError(t, err)
		require.NoError(t, file.Close())
		require.Len(t, records, 4)
		require.Equal(t, []string{"  plain  ", "plain"}, records[1][1:3])
		require.Equal(t, []string{"'-2+3", "'+49 30 123"}, records[2][1:3])
		require.Equal(t, `'=HYPERLINK("http://evil")`, records[3][1])
		for _, r := range records {
			for _, cell := range r {
				require.False(t, cell != "" && strings.Contains("=+-@\t\r", cell[:1]), cell)
			}
		}
		csvOut := s.good(t, "export", "--format", "csv").stdout
		require.Equal(t, csvOut, strings.ReplaceAll(read(t, out), "\r\n", "\n"))
		require.Equal(t, csvOut, "\ufeff"+s.good(t, "export", "--format", "csv", "--no-bom").stdout)
		require.NotContains(t, s.good(t, "export").stdout, "\ufeff", "JSON Lines never have it")
	})
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestExportFilters(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.good(t, "import", generate(t, 1200, true))
		s.good(t, "import", "--no-classify", "--allow-duplicates", "--source", "raw", generate(t, 5, true))
		inside := s.open(t)
		billing := lines(t, s.good(t, "export", "--category", "billing").stdout)
		require.Len(t, billing, count(t, inside, ports.TicketFilter{Category: domain.CategoryBilling}))
		require.NotEmpty(t, billing)
		require.Len(t, lines(t, s.good(t, "export", "--ai-status", "fallback", "--needs-review").stdout), 5)
		require.Empty(t, s.good(t, "export", "--ai-status", "fallback", "--no-needs-review").stdout)
		require.Empty(t, s.good(t, "export", "--created-by", "7").stdout)
		require.Empty(t, s.good(t, "export", "--status", "closed").stdout)
		require.Len(t, lines(t, s.good(t, "export", "--q", `"ticket 000003" -nothing`).stdout), 2)

		all := lines(t, s.good(t, "export").stdout)
		require.Len(t, all, 1205)
		middle := all[600].CreatedAt
		from := lines(t, s.good(t, "export", "--from", middle.Format(time.RFC3339Nano)).stdout)
		to := lines(t, s.good(t, "export", "--to", middle.Format(time.RFC3339Nano)).stdout)
		require.Equal(t, all, append(from, to...), "each ticket is on one side")

		for _, none := range []string{
			"0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000001Z",
		} {
			require.Empty(t, s.good(t, "export", "--to", none).stdout, none)
			require.Len(t, lines(t, s.good(t, "export", "--from", none).stdout), 1205, none)
		}

		mixed := ports.TicketFilter{Category: domain.CategoryBilling, Priority: domain.PriorityMedium}
		walked := walk(t, inside, mixed, middle.AddDate(0, 0, -1), middle)
		require.NotEmpty(t, walked)
		require.Less(t, len(walked), count(t, inside, mixed), "the period matters")
		require.Less(t, count(t, inside, mixed),
			count(t, inside, ports.TicketFilter{Priority: domain.PriorityMedium}), "the category matters")
		exported := []domain.TicketID{}
		aDay := s.good(t, "export", "--priority", "medium", "--category", "billing",
			"--from", middle.AddDate(0, 0, -1).Format(time.RFC3339Nano), "--to", middle.Format(time.RFC3339Nano))
		for _, l := range lines(t, aDay.stdout) {
			exported = append(exported, l.ID)
		}
		require.Equal(t, walked, exported)

		for _, id := range []string{"0", "-1"} {
			refused := s.run(t, "export", "--created-by="+id)
			require.Equal(t, 1, refused.status)
			require.Empty(t, refused.stdout)
			require.Contains(t, refused.stderr, "--created-by must be a positive whole number")
		}
		refused := s.run(t, "export", "--category", "money", "--from", "today", "--out",
			filepath.Join(t.TempDir(), "x.csv"))
		require.Equal(t, 1, refused.status)
		require.Contains(t, refused.stderr, "--category must be one of")
		require.Contains(t, refused.stderr, "--from must be a time")
	})
}

// walk finds by looking at every ticket.
func walk(t *testing.T, s ports.TicketLister, f ports.TicketFilter, from, to time.Time) []domain.TicketID {
	t.Helper()
	ids := []domain.TicketID{}
	page := ports.Page{Limit: 100}
	for {
		slice, err := s.ListTickets(t.Context(), ports.TicketFilter{}, page)
		require.NoError(t, err)
		for _, k := range slice.Items {
			if k.Category() == f.Category && k.Priority() == f.Priority && !k.CreatedAt().Before(from) &&
				k.CreatedAt().Before(to) {
				ids = append(ids, k.ID())
			}
		}
		if slice.Next == nil {
			return ids
		}
		page.After = slice.Next
	}
}

func TestExportToAFullDisk(t *testing.T) {
	t.Parallel()
	s := store{system.SQLite(t)}
	s.good(t, "import", "--no-classify", generate(t, 300, true))
	for _, args := range [][]string{
		{"--format", "csv"}, {"--format", "jsonl"}, {"--format", "csv", "--out", "/dev/full"},
	} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		require.NoError(t, err)
		var stderr strings.Builder
		args = append([]string{"export"}, args...)
		c := exec.CommandContext(t.Context(), process.Binary(t), args...) //nolint:gosec // the program under test
		c.Env, c.Dir, c.Stdout, c.Stderr = []string{"DB_URL=" + s.url}, t.TempDir(), full, &stderr
		require.Error(t, c.Run())
		require.NoError(t, full.Close())
		require.Equal(t, 1, strings.Count(stderr.String(), "no space left on device"), stderr.String())
	}
}

func TestExportThroughLinksPipesAndDevices(t *testing.T) {
	t.Parallel()
	s := store{system.SQLite(t)}
	s.good(t, "import", write(t, "strange.jsonl", strange))
	want := s.good(t, "export").stdout
	require.Len(t, lines(t, want), 3)
	require.Equal(t, want, s.good(t, "export", "--out", "/dev/stdout").stdout)
	require.Empty(t, s.good(t, "export", "--out", os.DevNull).stdout)
	info, err := os.Stat(os.DevNull)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeDevice, "it is still there")

	dir := t.TempDir()
	require.NoError(t, os.Symlink("real.jsonl", filepath.Join(dir, "link.jsonl")))
	s.good(t, "export", "--out", filepath.Join(dir, "link.jsonl"))
	require.Equal(t, want, read(t, filepath.Join(dir, "real.jsonl")))

	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	p := s.start(t, nil, "export", "--out", pipe)
	require.Equal(t, want, read(t, pipe))
	require.Zero(t, p.Wait(patience), p.Stderr())
}
