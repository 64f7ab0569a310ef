package files_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/files"
	"ticketd/domain"
)

func TestTicketsThatBreakALimitAreFitted(t *testing.T) {
	t.Parallel()
	picture := `<img src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(
		[]byte(strings.Repeat("picture", 10_000)),
	) + `">`
	thread := "The app crashes.\n\nOn Tue, 12 Mar 2024 at 15:04, Support <help@example.com> wrote:\n" +
		strings.Repeat("> What happens?\n", 2000)
	german := "Sie stürzt ab.\n\n-----Ursprüngliche Nachricht-----\nVon: Support\n" +
		strings.Repeat("Text ", 5000)
	block := "It crashes.\n\nFrom: Support <help@example.com>\nSent: Tuesday\nTo: Ann\n" +
		strings.Repeat("Text ", 5000)
	for name, c := range map[string]struct {
		title, description         string
		wantTitle, wantDescription string
		fitted                     []string
	}{
		"one that breaks none stays as it is": {
			"Hi", "> quoted\n" + "data:image/png;base64,AAAA", "Hi", "> quoted\ndata:image/png;base64,AAAA", nil,
		},
		"no subject": {
			"\u200b ", "\n \nIt crashes\u2028since today", "It crashes", "\n \nIt crashes\u2028since today",
			[]string{"title made of the first line of the description"},
		},
		"no text": {
			"Call me back", "", "Call me back", "Call me back", []string{"description made of the title"},
		},
		"nothing at all stays wrong": {"", " \n", "", " \n", nil},
		"a subject of 300 letters": {
			strings.Repeat("é", 300), "d", strings.Repeat("é", 199) + "…", "d", []string{"title cut"},
		},
		"no subject and a long first line": {
			"", strings.Repeat("é", 300), strings.Repeat("é", 199) + "…", strings.Repeat("é", 300),
			[]string{"title made of the first line of the description", "title cut"},
		},
		"a picture in the text": {
			"Hi", "See " + picture + " there", "Hi", `See <img src="[file]"> there`,
			[]string{"embedded files (data:) removed"},
		},
		"the mails that a long mail answers": {
			"Hi", thread, "Hi", "The app crashes.", []string{"quoted mails removed"},
		},
		"the same in German": {"Hi", german, "Hi", "Sie stürzt ab.", []string{"quoted mails " +
			"removed"}},
		"the same as Outlook writes it": {
			"Hi", block, "Hi", "It crashes.", []string{"quoted mails removed"},
		},
		"a mail of nothing but quotes is cut": {
			"Hi", strings.Repeat("> é\n", 6000), "Hi",
			strings.Repeat("> é\n", 4987) + "> \n[… cut: 4050 more characters]", []string{"description cut"},
		},
		"a long text is cut and says how much": {
			"Hi", strings.Repeat("é", 25_000), "Hi", strings.Repeat("é", 19_950) + "\n[… cut: 5050 more characters]",
			[]string{"description cut"},
		},
		"blanks at the end of a long text are no quotes": {
			"Hi", strings.Repeat("é ", 12_500), "Hi",
			strings.Repeat("é ", 9_975) + "\n[… cut: 5050 more characters]", []string{"description cut"},
		},
		"20,000 letters are not too many": {
			"Hi", strings.Repeat("é", 20_000), "Hi", strings.Repeat("é", 20_000), nil,
		},
		"a break that few know ends a line too": {
			"", "first\u2028second", "first", "first\u2028second",
			[]string{"title made of the first line of the description"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line, err := json.Marshal(map[string]string{"title": c.title, "description": c.description})
			require.NoError(t, err)
			rows, _, err := importWith(t, "a.jsonl", string(line), files.TicketOptions{Fit: true})
			require.NoError(t, err)
			require.Equal(t, c.wantTitle, rows[0].Title)
			require.Equal(t, c.wantDescription, rows[0].Description)
			require.Equal(t, c.fitted, rows[0].Fitted)
			if c.fitted != nil {
				_, err := domain.NewText(rows[0].Title, rows[0].Description)
				require.NoError(t, err)
			}
		})
	}

	t.Run("a row may take 64 MB, and without --fit the message says so", func(t *testing.T) {
		t.Parallel()
		huge := "title,description\nHi,\"See data:image/png;base64," + strings.Repeat("A", 5<<20) + " there\"\n"
		rows, _, err := importWith(t, "a.csv", huge, files.TicketOptions{Fit: true})
		require.NoError(t, err)
		require.Equal(t, "See [file] there", rows[0].Description)
		_, _, err = importWith(t, "a.csv", huge, files.TicketOptions{})
		require.ErrorContains(t, err, "is longer than 1048576 bytes; --fit takes longer ones and shortens them")
	})

	t.Run("a title or a description may have no column", func(t *testing.T) {
		t.Parallel()
		rows, _, err := importWith(
			t, "a.csv", "Conversation ID,State,First message\n1,open,Help me\n", files.TicketOptions{Fit: true},
		)
		require.NoError(t, err)
		require.Equal(t, "Help me", rows[0].Title)
	})
}

func FuzzFit(f *testing.F) {
	f.Add("", "On Monday wrote:\n> data:image/png;base64,AAAA")
	f.Fuzz(func(t *testing.T, title, description string) {
		valid := func(text string) string { return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "") }
		title, description = valid(title), valid(description)
		if domain.IsBlank(title + description) {
			description += "?"
		}
		long := strings.Repeat(description, 1+20_001/max(1, len(description)))
		line, err := json.Marshal(map[string]string{"title": title, "description": long})
		require.NoError(t, err)
		rows, _, err := importWith(t, "a.jsonl", string(line), files.TicketOptions{Fit: true})
		require.NoError(t, err)
		_, err = domain.NewText(rows[0].Title, rows[0].Description)
		require.NoError(t, err)
	})
}
