package files_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/files"
	"ticketd/domain"
	"ticketd/ports"
)

func TestTimesOfExports(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for text, want := range map[string]string{
		"2024-03-12T15:04:05.25Z":               "2024-03-12T15:04:05.25Z",
		"2024-03-12T15:04:05+01:00":             "2024-03-12T14:04:05Z",
		"2024-03-12 15:04":                      "2024-03-12T14:04:00Z", // Zendesk
		"2024-07-12 15:04:05":                   "2024-07-12T13:04:05Z", // Freshdesk, in summer
		"2024-03-12 15:04:05 UTC":               "2024-03-12T15:04:05Z",
		"2024-03-12 15:04:05 -0500":             "2024-03-12T20:04:05Z",
		"2024-03-12T15:04:05":                   "2024-03-12T14:04:05Z",
		"2024-03-12":                            "2024-03-11T23:00:00Z",
		"12/Mar/24 3:04 PM":                     "2024-03-12T14:04:00Z", // Jira
		"02/Jan/2024 15:04":                     "2024-01-02T14:04:00Z",
		"Tue, 12 Mar 2024 15:04:05 +0000 (UTC)": "2024-03-12T15:04:05Z", // mail
		"Tuesday, March 12, 2024 3:04 PM":       "2024-03-12T14:04:00Z",
		"Mar 12, 2024, 3:04 PM":                 "2024-03-12T14:04:00Z",
		"12.03.2024 15:04":                      "2024-03-12T14:04:00Z",
		"25/12/2024 15:04":                      "2024-12-25T14:04:00Z",
		"12/25/2024 3:04:05 PM":                 "2024-12-25T14:04:05Z", // Outlook
		"12. März 2024 15:04":                   "2024-03-12T14:04:00Z",
		"12 de marzo de 2024 15:04:05":          "2024-03-12T14:04:05Z",
		"1 août 2024":                           "2024-07-31T22:00:00Z",
		"12/25/24":                              "2024-12-24T23:00:00Z",
		"5/5/2024":                              "2024-05-04T22:00:00Z",
		"1710255845":                            "2024-03-12T15:04:05Z", // Intercom
		"3/4/2024 10:00": `"3/4/2024 10:00" may be a day of month 4 or of month 3: ` +
			`--dates dmy (day first) or --dates mdy (month first) decides`,
		"31/31/2024":               `"31/31/2024" is no time`,
		"2024-02-30":               "is no time that is known",
		"2024-07-12 15:04:05 CEST": "2024-07-12T13:04:05Z", // the zone's own
		"2024-03-12 15:04:05 PDT":  "is no time that is known",
		"last week":                `"last week" is no time that is known, such as 2026-03-12 15:04`,
		"45363.63":                 "may be days since 1900: --dates excel says so",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			requireTime(t, want, text, files.TimeFormat{Zone: berlin})
		})
	}
	t.Run("the order that is said counts", func(t *testing.T) {
		t.Parallel()
		requireTime(t, "2024-04-03T10:00:00Z", "3/4/2024 10:00", files.TimeFormat{Order: files.DayFirst})
		requireTime(t, "2023-07-16T12:00:00Z", "45123,5", files.TimeFormat{Order: files.ExcelDays})
		requireTime(t, "2023-07-15T22:00:00Z", "45123", files.TimeFormat{Order: files.ExcelDays, Zone: berlin})
		requireTime(t, `--dates excel says so`, "45123.5", files.TimeFormat{})
		requireTime(t, "2024-03-04T10:00:00Z", "3/4/2024 10:00", files.TimeFormat{Order: files.MonthFirst})
		requireTime(t, `"25/12/2024" is no time (mdy)`, "25/12/2024", files.TimeFormat{Order: files.MonthFirst})
	})
}

func requireTime(t *testing.T, want, text string, f files.TimeFormat) {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	require.NoError(
		t,
		w.WriteAll([][]string{{"title", "description", "created_at"}, {"a", "b", text}, {"a", "b", text}}),
	)
	rows, _, err := importWith(t, "a.csv", b.String(), files.TicketOptions{Keep: true, Times: f})
	require.NoError(t, err)
	for _, row := range rows {
		if row.Bad != nil {
			require.ErrorContains(t, row.Bad, want)
			continue
		}
		require.Equal(t, want, row.Kept.CreatedAt.UTC().Format(time.RFC3339Nano))
	}
}

func TestWordsOfExports(t *testing.T) {
	t.Parallel()
	const header = "title,description,status,category,priority\n"
	read := func(t *testing.T, cells string, values ...string) (ports.Kept, string, *files.Tickets) {
		t.Helper()
		rows, file, err := importWith(
			t, "a.csv", header+"a,b,"+cells+"\n", files.TicketOptions{Keep: true, Values: values},
		)
		require.NoError(t, err)
		if rows[0].Bad != nil {
			return ports.Kept{}, rows[0].Bad.Error(), file
		}
		return rows[0].Kept, "", file
	}
	open, closed := domain.StatusOpen, domain.StatusClosed
	for cells, want := range map[string]ports.Kept{
		"open,billing,low": {Status: open, Category: domain.CategoryBilling, Priority: domain.PriorityLow},
		" Solved ,Technical,HIGH": {
			Status: closed, Category: domain.CategoryTechnical, Priority: domain.PriorityHigh,
		},
		"On-Hold,,Normal":                {Status: open, Priority: domain.PriorityMedium},
		"pending reminder,,3 high":       {Status: open, Priority: domain.PriorityHigh},
		"Won't Do,,Lowest":               {Status: closed, Priority: domain.PriorityLow},
		"Closed (Support Pipeline),,LOW": {Status: closed, Priority: domain.PriorityLow}, // HubSpot
		"-,-,-":                          {},                                             // Zendesk
		",,":                             {},
	} {
		kept, bad, file := read(t, cells)
		require.Empty(t, bad, cells)
		require.Equal(t, want, kept, cells)
		require.Empty(t, file.Notes())
	}

	t.Run("a word that nobody knows is refused with what decides", func(t *testing.T) {
		t.Parallel()
		_, bad, _ := read(t, "Parked,,1")
		require.Equal(t, `status "Parked" is unknown: --value status:Parked=… says which word of ours it is; `+
			`priority "1" is unknown: --value priority:1=… says which word of ours it is`, bad)
		kept, bad, _ := read(t, "Parked,,1", "status:parked=open", "priority:1=high")
		require.Empty(t, bad)
		require.Equal(t, ports.Kept{Status: open, Priority: domain.PriorityHigh}, kept)
	})

	t.Run("an unknown word with a pipeline behind it is refused as it stands there", func(t *testing.T) {
		t.Parallel()
		_, bad, _ := read(t, "Parked (Support Pipeline),,")
		require.Contains(t, bad, `status "Parked (Support Pipeline)" is unknown`)
		kept, bad, _ := read(t, "Closed (Reopened),,", "status:Closed (Reopened)=open")
		require.Empty(t, bad)
		require.Equal(t, open, kept.Status, "the wish counts first")
	})

	t.Run("a category of others is no label, and said", func(t *testing.T) {
		t.Parallel()
		kept, bad, file := read(t, "open,Account & plans,high")
		require.Empty(t, bad)
		require.True(t, kept.Category.IsZero())
		require.Equal(
			t,
			[]string{
				`the category "Account & plans" of 1 rows is none of ours and was not kept (--value 'category:Account ` +
					`& plans='… says which one it is)`,
			},
			file.Notes(),
		)
		kept, _, _ = read(t, "open,Account & plans,high", "category:Account & plans=billing")
		require.Equal(t, domain.CategoryBilling, kept.Category)
	})

	t.Run("wishes that are none are refused", func(t *testing.T) {
		t.Parallel()
		for wish, want := range map[string]string{
			"status":            "must be FIELD:THEIRS=OURS",
			"status:x":          "must be FIELD:THEIRS=OURS",
			"state:x=open":      "the field must be status, priority or category",
			"status:x=parked":   "status must be one of",
			"category:x=orders": "category must be one of",
		} {
			_, err := files.NewTickets("a.csv", files.TicketOptions{Keep: true, Values: []string{wish}})
			require.ErrorContains(t, err, want)
			require.ErrorContains(t, err, "--value "+wish)
		}
	})

	t.Run("without --keep nothing is kept, and that is said", func(t *testing.T) {
		t.Parallel()
		rows, file, err := importWith(t, "a.csv", header+"a,b,Parked,billing,low\n", files.TicketOptions{})
		require.NoError(t, err)
		require.Equal(t, ports.Kept{}, rows[0].Kept)
		require.Equal(
			t,
			[]string{
				`columns ignored: ["status" "category" "priority"]`,
				`--keep would bring along: ["category" "priority" "status"]`,
			},
			file.Notes(),
		)
	})

	t.Run("a fallback of our own export is no label", func(t *testing.T) {
		t.Parallel()
		const lines = `{"id":1,"title":"a","description":"b","status":"closed","category":"general",` +
			`"priority":"medium","ai_status":"fallback","ai_confidence":0,` +
			`"created_at":"2024-03-12T15:04:05Z"}` + "\n" +
			`{"id":2,"title":"a","description":"b","status":"open","category":"billing","priority":"high",` +
			`"ai_status":"done","ai_confidence":0.9,"created_at":"2024-03-12T15:04:05Z"}` + "\n"
		rows, _, err := importWith(t, "a.jsonl", lines, files.TicketOptions{Keep: true})
		require.NoError(t, err)
		require.True(t, rows[0].Kept.Category.IsZero())
		require.Equal(t, closed, rows[0].Kept.Status)
		require.Equal(t, domain.CategoryBilling, rows[1].Kept.Category)
	})

	t.Run("a classifier's label is no person's word unless one confirmed it", func(t *testing.T) {
		t.Parallel()
		line := func(by, review string) string {
			return `{"id":1,"title":"a","description":"b","status":"open","category":"billing","priority":"low",` +
				`"ai_status":"done","ai_confidence":null,"classified_by":"` + by + `","review":` + review + "}\n"
		}
		rows, file, err := importWith(t, "a.jsonl", line("model", "null")+line("local", "null")+
			line("model", `"confirmed"`)+line("human", `"corrected"`)+line("human", "null"),
			files.TicketOptions{Keep: true})
		require.NoError(t, err)
		var kept []bool
		for _, row := range rows {
			kept = append(kept, !row.Kept.Category.IsZero())
		}
		require.Equal(t, []bool{false, false, true, true, true}, kept)
		require.Contains(t, strings.Join(file.Notes(), "\n"), "2 tickets have labels of a classifier")
	})
}
