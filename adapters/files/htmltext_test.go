package files_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/files"
)

func TestDescriptionsInHTML(t *testing.T) {
	t.Parallel()
	read := func(t *testing.T, text string, o files.TicketOptions) (string, []string) {
		t.Helper()
		line, err := json.Marshal(
			map[string]any{"subject": "s", "description_text": text, "requester_id": 1},
		) // Freshdesk
		require.NoError(t, err)
		rows, file, err := importWith(t, "a.jsonl", string(line), o)
		require.NoError(t, err)
		return rows[0].Description, file.Notes()
	}
	for _, c := range []struct{ html, want string }{
		{
			"<p>Hello,</p>\n<p>it&#39;s <b>broken</b> &amp; slow.<br>Thanks</p>",
			"Hello,\n\nit's broken & slow.\nThanks",
		},
		{
			"<!DOCTYPE html><html><head><style>p {color: red}</style><title>x</title></head><body>Hi</body></html>",
			"Hi",
		},
		{
			"<div>Steps:<ul><li>one</li><li>two</li></ul></div>",
			"Steps:\n- one\n\n- two",
		},
		{
			"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
			"a\tb\nc\td",
		},
		{
			"<p>2 &lt; 3 and <a href=\"http://x\">a link</a></p>",
			"2 < 3 and a link",
		},
		{
			"<div>a&nbsp;b<!-- <p>no</p> --><script>alert(1)</script></div>",
			"a b",
		},
		{
			"How do I write <b>bold</b>?",
			"How do I write <b>bold</b>?",
		},
		{
			"a < b and c > d",
			"a < b and c > d",
		},
		{
			"<ann@example.com> wrote <hi>",
			"<ann@example.com> wrote <hi>",
		},
		{
			"<p>The tag above is not closed, and 1 > 0 is true",
			"<p>The tag above is not closed, and 1 > 0 is true",
		},
	} {
		got, _ := read(t, c.html, files.TicketOptions{})
		require.Equal(t, c.want, got)
		kept, _ := read(t, c.html, files.TicketOptions{HTML: files.HTMLAsItIs})
		require.Equal(t, c.html, kept)
	}

	_, notes := read(t, "<p>x</p>", files.TicketOptions{})
	require.Contains(t, notes, "1 descriptions in HTML were read as text (--html keep leaves them as they are)")

	t.Run("stay in other files, unless text is asked for", func(t *testing.T) {
		t.Parallel()
		const line = `{"title":"s","description":"<p>x</p>"}`
		rows, file, err := importWith(t, "a.jsonl", line, files.TicketOptions{})
		require.NoError(t, err)
		require.Equal(t, "<p>x</p>", rows[0].Description)
		require.Equal(
			t, []string{"1 descriptions look like HTML and stay as they are (--html text takes the tags out)"},
			file.Notes(),
		)
		rows, _, err = importWith(t, "a.jsonl", line, files.TicketOptions{HTML: files.HTMLAsText})
		require.NoError(t, err)
		require.Equal(t, "x", rows[0].Description)
	})

	t.Run("stay in our own exports", func(t *testing.T) {
		t.Parallel()
		rows, file, err := importWith(
			t, "a.jsonl", `{"id":1,"title":"s","description":"<p>x</p>","ai_status":"done","ai_confidence":1}`,
			files.TicketOptions{},
		)
		require.NoError(t, err)
		require.Equal(t, "<p>x</p>", rows[0].Description)
		require.Equal(t, []string{`columns ignored: ["ai_confidence" "ai_status"]`}, file.Notes())
	})
}
