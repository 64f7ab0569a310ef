package import_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// imported is what a ticket of an export must have become.
type imported struct{ title, description, status, created string }

// exports are files in testdata/ as other desks and mail programs write them, with the flags that they need.
var exports = []struct {
	file  string
	flags []string
	says  []string
	want  []imported
}{
	{
		"zendesk.csv", nil, []string{`an export of Zendesk: title from "Subject", description from "Description",` +
			` id from "Id", created_at from "Created at"`, "times without a zone were read as UTC"},
		[]imported{
			{
				"Charged twice for March",
				"Hello,\n\nmy card was charged twice on 2 March. Please refund one of them.\n\nAnn",
				"closed",
				"2024-03-12T15:04:00Z",
			},
			{
				"App crashes when I log in",
				"Since the update the app crashes with error 500.",
				"open",
				"2024-03-12T16:20:00Z",
			},
		},
	},
	{
		"freshdesk.csv", []string{"--timezone", "Europe/Berlin"}, []string{`an export of Freshdesk: title from ` +
			`"Subject"`, "1 descriptions in HTML were read as text", `"Title"`},
		[]imported{
			{"Refund, please", "Hi,\nplease refund my last invoice.\nThanks & bye", "closed", "2024-03-12T14:04:05Z"},
			{"Cannot sign in", "The password reset link is broken.", "open", "2024-03-14T07:00:00Z"},
		},
	},
	{
		"jira.csv", nil, []string{`an export of Jira: title from "Summary"`, `"Labels"`, `"Comment"`},
		[]imported{
			{"VPN is down", "The VPN is down since noon:\nerror 809.", "closed", "2024-03-12T15:04:00Z"},
			{"How do I export my data?", "I would like a copy of my data.", "open", "2024-03-13T09:15:00Z"},
		},
	},
	{
		"intercom.csv", []string{"--fit"}, []string{"an export of Intercom", "title made of the first line of " +
			"the description: 1 rows (line 2)"},
		[]imported{
			{"How do I change my plan?", "How do I change my plan?\nI am on Basic.", "closed", "2024-03-12T15:04:05Z"},
			{"Invoice for February", "Please send me the invoice for February.", "open", "2024-03-12T16:13:20Z"},
		},
	},
	{
		"hubspot.csv", nil, []string{`an export of HubSpot: title from "Ticket name"`, `"Associated Contact: Job ` +
			`Title"`},
		[]imported{
			{
				"Wrong amount on the invoice",
				"The invoice says 120 EUR instead of 100 EUR.",
				"closed",
				"2024-03-12T15:04:00Z",
			},
			{"Screen stays black", "After the start the screen stays black.", "open", "2024-03-13T10:30:00Z"},
		},
	},
	{
		"zammad.csv", nil, []string{"read as Windows-1252", "an export of Zammad"},
		[]imported{
			{
				"Drucker druckt nicht",
				"Der Drucker im Büro druckt nicht – er blinkt nur.",
				"closed",
				"2024-03-12T15:04:00Z",
			},
			{"Rückerstattung", "Bitte 40 € zurückerstatten.", "open", "2024-03-14T09:30:00Z"},
		},
	},
	{
		"osticket.csv", []string{"--dates", "dmy"}, []string{"read as UTF-16LE", "an export of osTicket"},
		[]imported{
			{"Wi-Fi in room 5", "The Wi-Fi in room 5 is slow. 🐌", "closed", "2024-12-25T15:04:00Z"},
			{"New mailbox", "Please create a mailbox for our new colleague.", "open", "2025-01-03T08:00:00Z"},
		},
	},
	{
		"outlook.csv", []string{"--fit"}, []string{"read as Windows-1252", "an export of Outlook (German)"},
		[]imported{
			{
				"Bestellung 4711",
				"Guten Tag,\nwo bleibt meine Bestellung? Sie sollte vor drei Tagen da sein.\nGrüße, Nora Öttl",
				"open",
				"",
			},
			{"Ihre Rechnung über 99 € ist falsch.", "Ihre Rechnung über 99 € ist falsch.\nBitte prüfen.", "open", ""},
		},
	},
	{
		"gmail.csv", nil, []string{"an export of Gmail"},
		[]imported{
			{
				"Delivery",
				"Where is my parcel?\n\nOn Mon, 11 Mar 2024 at 10:00, Shop <help@example.com> wrote:\n> Your parcel is " +
					"on its way.",
				"open",
				"2024-03-12T14:04:05Z",
			},
		},
	},
}

// testdata is where a file of testdata/ is: the program runs in a folder of its own.
func testdata(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	require.NoError(t, err)
	return path
}

func TestExportsOfOtherProgramsAreTakenAsTheyAre(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, s store) {
		s.migrate(t)
		count := 0
		for _, e := range exports {
			args := append([]string{"import", "--keep", "--source", e.file, testdata(t, e.file)}, e.flags...)
			before := time.Now().Add(-time.Minute)
			taken := s.good(t, args...)
			for _, says := range e.says {
				require.Contains(t, taken.stderr, says, e.file)
			}
			count += len(e.want)
			got := lines(t, s.good(t, "export").stdout)
			require.Len(t, got, count, e.file)
			byTitle := map[string]line{}
			for _, l := range got {
				byTitle[l.Title] = l
			}
			for _, want := range e.want {
				l := byTitle[want.title]
				require.Equal(t, want.description, l.Description, e.file)
				require.Equal(t, want.status, l.Status, e.file)
				require.Equal(t, "done", l.AIStatus, e.file)
				if want.created == "" {
					require.True(t, l.CreatedAt.After(before))
				} else {
					require.Equal(t, want.created, l.CreatedAt.Format(time.RFC3339Nano), e.file)
				}
			}
			require.Contains(t, s.good(t, args...).stdout, "0 imported (0 classified, 0 fallback, 0 pending)", "again")
		}
	})
}

func TestWhatAnExportNeedsADecisionFor(t *testing.T) {
	t.Parallel()
	s := store{url: "sqlite://" + filepath.Join(t.TempDir(), "none.db")}
	for file, want := range map[string]string{
		"osticket.csv": `osticket.csv:3: created_at "03/01/2025 08:00" may be a day of month 1 or of month 3: ` +
			`--dates dmy (day first) or --dates mdy (month first) decides`,
		"outlook.csv": "outlook.csv:5: title must have between 1 and 200 characters",
	} {
		refused := s.run(t, "import", "--keep", testdata(t, file))
		require.Equal(t, 1, refused.status)
		require.Contains(t, refused.stderr, want)
		require.Contains(t, refused.stderr, "1 of 2 rows are wrong and nothing was imported")
	}
}
