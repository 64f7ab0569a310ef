package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

func TestTextRules(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ title, want string }{
		"200 code points of four bytes are fine": {strings.Repeat("🎫", 200), ""},
		"201 code points are too many": {
			strings.Repeat("é", 201), "must have between 1 and 200 characters",
		},
		"line breaks and tabs are fine":             {"a\nb\rc\td", ""},
		"an escape character is fine":               {"a\x1b[31m", ""},
		"a C1 control character is fine":            {"a\u009bb", ""},
		"a line separator is fine":                  {"a\u2028b", ""},
		"NUL is refused":                            {"a\x00", "must not contain NUL (U+0000)"},
		"bad UTF-8 is refused":                      {"a\xff", "must be valid UTF-8"},
		"an encoded surrogate is refused":           {"\xed\xa0\x80", "must be valid UTF-8"},
		"the replacement character itself is fine":  {"a\ufffd", ""},
		"right-to-left text is fine":                {"مرحبا", ""},
		"a single letter is fine":                   {"x", ""},
		"a flag of two regional letters is fine":    {"\U0001f1e9\U0001f1ea", ""},
		"an Arabic number sign, a format character": {"\u0600", ""},
		"nothing is refused":                        {"", "must have between 1 and 200 characters"},
		"blanks only are refused":                   {" \t\n\u00a0\u3000", "must not be blank"},
		"control characters only are refused":       {"\x07\x1b\u0085", "must not be blank"},
		"a zero-width space is refused":             {"\u200b", "must not be blank"},
		"a byte order mark is refused":              {"\ufeff", "must not be blank"},
		"joiners and direction marks are refused": {
			"\u200c\u200d\u200e\u200f\u2066\u2069\u2060", "must not be blank",
		},
		"a soft hyphen is refused":        {"\u00ad", "must not be blank"},
		"Hangul fillers are refused":      {"\u3164\u115f\u1160\uffa0", "must not be blank"},
		"a blank of Braille is refused":   {"\u2800", "must not be blank"},
		"variation selectors are refused": {"\ufe0f\ufe00\U000e0100\u180b", "must not be blank"},
		"tags are refused":                {"\U000e0001\U000e0041\U000e007f", "must not be blank"},
		"other ignorable characters are refused": {
			"\u034f\u17b4\u17b5\u2064\u2065\U0001d173", "must not be blank",
		},
		"a null notehead and other blanks are refused": {"\U0001d159\U00016fe4\U00013441", "must not be blank"},
		"one visible character among them is enough":   {"\u3164\u200bx\ufe0f", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, domain.CheckTitle(c.title))
			if len(c.title) <= domain.MaxUserName {
				require.Equal(t, strings.Replace(c.want, "200", "20000", 1), domain.CheckDescription(c.title))
				require.Equal(t, strings.Replace(c.want, "200", "100", 1),
					domain.CheckUserName(strings.NewReplacer("\n", " ", "\r", " ").Replace(c.title)))
			}
		})
	}

	t.Run("a name has one line", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, "must not contain line breaks", domain.CheckUserName("a\nb"))
		require.Equal(t, "must not contain line breaks", domain.CheckUserName("a\rb"))
		require.Empty(t, domain.CheckUserName("a\tb\u2028c\vd\x1be"))
	})

	t.Run("a description has up to 20,000 code points", func(t *testing.T) {
		t.Parallel()
		require.Empty(t, domain.CheckDescription(strings.Repeat("語", 20_000)))
		require.Equal(t, "must have between 1 and 20000 characters",
			domain.CheckDescription(strings.Repeat("a", 20_001)))
	})
}

func TestWhatNobodySeesIsStoredAsWhatItMeans(t *testing.T) {
	t.Parallel()
	const sent = "a\vb\fc\u0085d\u2028e\u2029f\r\ng\th\x07i\x1bj\x7fk\u0080l\u009fm\u200bn\u3164"
	const text = "a\nb\nc\nd\ne\nf\r\ng\th i j k l m\u200bn\u3164"

	t.Run("in a ticket", func(t *testing.T) {
		t.Parallel()
		tk, err := domain.NewTicket(sent, sent, nil, domain.Creators{}, noon)
		require.NoError(t, err)
		require.Equal(t, text, tk.Text().Title())
		require.Equal(t, text, tk.Text().Description())
		require.Equal(t, text, tk.Snapshot().Title)
	})

	t.Run("in a text that is only read", func(t *testing.T) {
		t.Parallel()
		got, err := domain.NewText(sent, sent)
		require.NoError(t, err)
		require.Equal(t, text, got.Title())
		require.Equal(t, text, got.Description())
	})

	t.Run("in a name, which has one line", func(t *testing.T) {
		t.Parallel()
		u, err := domain.NewUser("Ann\u2028\x07\t\v\u0085Lee\x1b\u200b", "ann@example.com", noon)
		require.NoError(t, err)
		require.Equal(t, "Ann     Lee \u200b", u.Name())
	})
}

func FuzzCleanText(f *testing.F) {
	f.Add("a\v\u0085\u2028\x1b\x00é")
	f.Fuzz(func(t *testing.T, s string) {
		got := domain.CleanText(s)
		require.Equal(t, got, domain.CleanText(got))
		require.Len(t, []rune(got), len([]rune(s)))
		if domain.CheckTitle(s) == "" {
			require.Empty(t, domain.CheckTitle(got))
		}
	})
}
