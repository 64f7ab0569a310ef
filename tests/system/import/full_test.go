package import_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/process"
	"ticketd/tests/support/stores"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// unmoved are the columns that an archive leaves behind: they are about claims and announcements.
var unmoved = []string{
	"announced_at", "claimed_until", "claimed_by", "next_attempt_at", "throttled_since", "attempts",
	"last_error",
}

// tables returns every row of the tables that an archive moves. The schema says which columns there are.
func (s store) tables(t *testing.T) map[string][][]string {
	t.Helper()
	db, all := system.Open(t, s.url), map[string][][]string{}
	for table, order := range map[string]string{
		"users": "id", "tickets": "id", "classifications": "id", "import_keys": "ticket_id, source, key",
	} {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table+" ORDER BY "+order)
		require.NoError(t, err)
		all[table] = values(t, rows)
	}
	slices.SortFunc(all["import_keys"], slices.Compare[[]string])
	return all
}

// values reads rows, each value as a text that both engines agree on, with the columns by their names.
func values(t *testing.T, rows *sql.Rows) (all [][]string) {
	t.Helper()
	names, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		require.NoError(t, rows.Scan(into...))
		var kept []string
		for i, name := range names {
			if !slices.Contains(unmoved, name) {
				kept = append(kept, fmt.Sprintf("%s: %v", name, plainValue(row[i])))
			}
		}
		slices.Sort(kept)
		all = append(all, kept)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	return all
}

func plainValue(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UnixMicro()
	case []byte:
		return string(v)
	case bool:
		return map[bool]int{true: 1}[v]
	}
	return v
}

func fresh(t *testing.T, engine string) store {
	t.Helper()
	if engine == "sqlite" {
		return store{system.SQLite(t)}
	}
	return store{system.Postgres(t)}
}

// furnished returns a database with n tickets.
func furnished(t *testing.T, engine string, n int) store {
	t.Helper()
	s := fresh(t, engine)
	s.migrate(t)
	furnish(t, stores.Open(t, s.url), n)
	return s
}

func (s store) exportFull(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "full.jsonl")
	s.good(t, "export", "--full", "--out", path)
	return path
}

// The databases are compared by their rows, as they stand there, and by what the API says.
func TestTenThousandTicketsMoveFromSQLiteToPostgreSQLAndBack(t *testing.T) {
	t.Parallel()
	old, middle, back := furnished(t, "sqlite", 10_000), fresh(t, "postgres"), fresh(t, "sqlite")
	file := old.exportFull(t)
	require.Equal(t, middle.good(t, "import", "--full", file).stdout, back.good(t, "import", "--full",
		middle.exportFull(t)).stdout)
	want := old.tables(t)
	require.Len(t, want["users"], 4)
	require.Len(t, want["tickets"], 10_099)
	require.Greater(t, len(want["classifications"]), 10_000)
	require.Greater(t, len(want["import_keys"]), 14_000)
	for name, moved := range map[string]store{"PostgreSQL": middle, "SQLite": back} {
		got := moved.tables(t)
		for table, rows := range want {
			require.Equal(t, rows, got[table], "%s: %s", name, table)
		}
		requireSameArchive(t, file, moved.exportFull(t))
	}
	requireSameAnswers(t, old, middle, back)
	requireNextIDs(t, old, middle, back)
}

// requireSameArchive compares all but the time in the first line.
func requireSameArchive(t *testing.T, want, got string) {
	t.Helper()
	head := func(path string) (ids json.RawMessage, rest string) {
		first, rest, _ := strings.Cut(read(t, path), "\n")
		var line struct {
			Head struct {
				LastIDs json.RawMessage `json:"last_ids"`
			} `json:"ticketd_full_export"`
		}
		require.NoError(t, json.Unmarshal([]byte(first), &line))
		return line.Head.LastIDs, rest
	}
	wantIDs, wantRest := head(want)
	gotIDs, gotRest := head(got)
	require.JSONEq(t, string(wantIDs), string(gotIDs))
	require.True(t, wantRest == gotRest, "the lines differ")
}

// requireSameAnswers asks servers that leave pending tickets to workers, of which there are none.
func requireSameAnswers(t *testing.T, list ...store) {
	t.Helper()
	var servers []*system.Server
	for _, s := range list {
		servers = append(servers, system.Serve(t, system.On(s.url), system.Queue(testenv.Redis(t))))
	}
	paths := []string{
		"/tickets?limit=100&include_total=true", "/tickets?limit=7&offset=4321", "/users", "/stats",
		"/stats?from=2026-03-14T12:00:01Z&to=2026-03-14T12:00:03Z", "/tickets?needs_review=true&include_total=true",
		"/tickets?status=closed&category=billing&include_total=true", "/tickets?created_by=1&include_total=true",
		"/tickets?ai_status=pending&limit=50&include_total=true", "/tickets/4711/classifications", "/tickets/17",
	}
	for _, q := range []string{"crashes", `"charged twice"`, "密码错误", "ticket -my", "004711", "où facture"} {
		paths = append(paths, "/tickets?limit=30&include_total=true&q="+url.QueryEscape(q))
	}
	for id := 1; id < 10_000; id += 499 {
		paths = append(paths, fmt.Sprintf("/tickets/%d", id), fmt.Sprintf("/tickets/%d/classifications", id))
	}
	for _, path := range paths {
		want, wantText := servers[0].Get(t, path)
		for _, s := range servers[1:] {
			got, text := s.Get(t, path)
			require.Equal(t, want.StatusCode, got.StatusCode, path)
			if want.StatusCode == 200 { //nolint:usestdlibvars // an error names its request
				require.Equal(t, wantText, text, path)
			}
		}
	}
}

// requireNextIDs wants no id to be given again, also none of what was deleted before the export.
func requireNextIDs(t *testing.T, list ...store) {
	t.Helper()
	for _, s := range list {
		inside := stores.Open(t, s.url)
		ticket, err := inside.AddTicket(t.Context(), varied(t, 0, nil), ports.Lease{})
		require.NoError(t, err)
		require.Equal(t, domain.TicketID(10_102), ticket.ID())
		u, err := domain.NewUser("New", "new@example.com", spring)
		require.NoError(t, err)
		u, err = inside.AddUser(t.Context(), u)
		require.NoError(t, err)
		require.Equal(t, domain.UserID(7), u.ID())
	}
}

func TestOnlyWhatIsPendingIsClassifiedAfterAFullImport(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		file := furnished(t, "sqlite", 500).exportFull(t)
		s.good(t, "import", "--full", file)
		db := system.Open(t, s.url)
		require.Positive(t, system.Count(t, db, "tickets WHERE ai_status = 'pending'"))
		before := versions(t, s, "ai_status <> 'pending'")
		system.Serve(t, system.On(s.url))
		require.Eventually(t, func() bool {
			return system.Count(t, db, "tickets WHERE ai_status = 'pending'") == 0
		}, patience, poll)
		after := versions(t, s, "1 = 1")
		for id, version := range before {
			require.Equal(t, version, after[id], "ticket %d", id)
		}
	})
}

func versions(t *testing.T, s store, where string) map[int64]int64 {
	t.Helper()
	rows, err := system.Open(t, s.url).QueryContext(t.Context(), "SELECT id, version FROM tickets WHERE "+where)
	require.NoError(t, err)
	defer rows.Close() // it was only read
	all := map[int64]int64{}
	for rows.Next() {
		var id, version int64
		require.NoError(t, rows.Scan(&id, &version))
		all[id] = version
	}
	require.NoError(t, rows.Err())
	return all
}

func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	return path
}

func TestAFullImportThroughAPipe(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		old, through := furnished(t, "sqlite", 1000), pipe(t)
		from := old.start(t, nil, "export", "--full", "--out", through)
		s.good(t, "import", "--full", through)
		require.Zero(t, from.Wait(patience), from.Stderr())
		require.Equal(t, old.tables(t), s.tables(t))
	})
}

// feed starts an import from a pipe that gets the first lines of a file, and waits until they are taken.
func (s store) feed(t *testing.T, file string, n int) (p *process.Process, end func()) {
	t.Helper()
	through := pipe(t)
	p = s.start(t, nil, "import", "--full", through)
	into, err := os.OpenFile(through, os.O_WRONLY, 0)
	require.NoError(t, err)
	text := strings.Join(strings.SplitAfter(read(t, file), "\n")[:n], "")
	_, err = into.WriteString(text) // a pipe holds 64 KiB: most of it is stored by then
	require.NoError(t, err)
	return p, func() { require.NoError(t, into.Close()) }
}

func TestAFullImportThatIsCutOffLeavesNothingAndIsRepeated(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.migrate(t)
		old := furnished(t, "sqlite", 2000)
		file, inside := old.exportFull(t), s.open(t)

		p, end := s.feed(t, file, 1500)
		p.Kill()
		end()
		require.Zero(t, count(t, inside, ports.TicketFilter{}), "killed")

		p, end = s.feed(t, file, 1500)
		end()
		require.Equal(t, 1, p.Wait(patience))
		require.Contains(t, p.Stderr(), "is cut off")
		require.Zero(t, count(t, inside, ports.TicketFilter{}), "the other program ended early")

		s.good(t, "import", "--full", file)
		require.Equal(t, old.tables(t), s.tables(t))
		again := s.run(t, "import", "--full", file)
		require.Equal(t, 1, again.status)
		require.Contains(t, again.stderr, "the database holds 2099 tickets and 4 users already")
		require.Contains(t, again.stderr, "it was imported before")
		require.Equal(t, old.tables(t), s.tables(t))
	})
}

func TestWrongLinesOfAFullExportAreNamedBeforeAnythingIsStored(t *testing.T) {
	t.Parallel()
	s := store{system.SQLite(t)}
	file := furnished(t, "postgres", 500).exportFull(t)
	lines := strings.SplitAfter(read(t, file), "\n")
	replaced := func(change map[int][2]string) string {
		list := slices.Clone(lines)
		for n, c := range change {
			require.Contains(t, list[n-1], c[0])
			list[n-1] = strings.Replace(list[n-1], c[0], c[1], 1)
		}
		return write(t, "wrong.jsonl", strings.Join(list, ""))
	}
	wrong := replaced(map[int][2]string{
		2: {`@Example.com`, ` at example`}, 8: {`"title":"`, `"titel":"`}, 9: {`"ai_status":"`, `"ai_status":"un`},
		10: {`"id":`, `"id":999`}, 11: {`{`, ``}, 12: {`"version":`, `"version":"1`},
		13: {`"title":"T`, `"title":"\u0000`},
		14: {`"created_at":"2026`, `"created_at":"soon 2026`},
	})
	for _, args := range [][]string{{wrong}, {"--dry-run", wrong}} {
		refused := s.run(t, append([]string{"import", "--full"}, args...)...)
		require.Equal(t, 1, refused.status)
		for _, complaint := range []string{
			":2: email must be one bare e-mail address", ":8: /ticket/titel is unknown to this program",
			":9: ai_status", ":10: the id 999", ":11: must be a JSON object", ":12: ",
			":13: tickets must come by their ids; title must not contain NUL", ":14: created_at",
			"lines of " + wrong + " are wrong and nothing was imported",
		} {
			require.Contains(t, refused.stderr, complaint)
		}
	}
	for complaint, text := range map[string]string{
		"is no full export":       "id,title,description\n1,a,b\n",
		"is cut off":              strings.Join(lines[:300], ""),
		"lines are missing":       strings.Join(slices.Delete(slices.Clone(lines), 299, 300), ""),
		"behind the line that":    strings.Join(append(slices.Clone(lines), lines...), ""),
		"has version 2":           strings.Replace(strings.Join(lines, ""), `"version":1`, `"version":2`, 1),
		"tickets must come by":    strings.Join(append(lines[:300:300], lines[298:]...), ""),
		"who is not in the file":  strings.Join(slices.Delete(slices.Clone(lines), 1, 2), ""),
		"above the last one":      strings.Replace(strings.Join(lines, ""), `"users":6`, `"users":2`, 1),
		"`ticketd export --full`": "",
		"writes one, and other":   `{"ticketd_full_export":null}` + "\n" + lines[len(lines)-2],
		"are imported without":    `{"ticketd_full_export":{}}` + "\n" + lines[len(lines)-2],
	} {
		refused := s.run(t, "import", "--full", write(t, "x.jsonl", text))
		require.Equal(t, 1, refused.status, complaint)
		require.Contains(t, refused.stderr, complaint)
	}
	missing := s.run(t, "import", "--full", filepath.Join(t.TempDir(), "typo.jsonl"))
	require.Equal(t, 1, missing.status)
	require.Contains(t, missing.stderr, "typo.jsonl: no such file or directory")
	require.NoFileExists(t, strings.TrimPrefix(s.url, "sqlite://"), "not even a database was made")

	refused := s.run(t, "import", file)
	require.Equal(t, 1, refused.status)
	require.Contains(t, refused.stderr, "is a full export, which --full imports")
	refused = s.run(t, "import", "--full", "--keep", "--source", "crm", file)
	require.Contains(t, refused.stderr, "leave out --keep, --source")
	refused = s.run(t, "export", "--full", "--category", "billing")
	require.Contains(t, refused.stderr, "leave filters")
	refused = s.run(t, "export", "--full")
	require.Contains(t, refused.stderr, "is not there")
	dry := s.good(t, "import", "--full", "--dry-run", file)
	require.Contains(t, dry.stdout, "there are 4 users and 599 tickets")
}
