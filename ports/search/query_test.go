package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports/search"
)

// shown lists a query's phrases: the required ones, then the excluded ones.
func shown(q *search.Query) string {
	var terms []string
	for _, p := range q.Required() {
		terms = append(terms, strings.Join(p, "_"))
	}
	for _, p := range q.Excluded() {
		terms = append(terms, "-"+strings.Join(p, "_"))
	}
	return strings.Join(terms, " ")
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ query, want string }{
		"words":                                  {"  Card\tTWICE\u3000x ", "card twice x"},
		"a phrase":                               {`"My Card" x`, "my_card x"},
		"phrases and words without blanks":       {`a"b c"d`, "a b_c d"},
		"excluded words and phrases":             {`a -b -"c d"`, "a -b -c_d"},
		"only excluded ones":                     {`-a`, "-a"},
		"two hyphens exclude as well":            {`--a`, "-a"},
		"a hyphen within a word parts it":        {`e-mail a-`, "e_mail a"},
		"a hyphen behind a phrase excludes not":  {`"a b"-c`, "a_b c"},
		"a hyphen alone is ignored":              {`a - b -`, "a b"},
		"a dash excludes not":                    {`a –b`, "a b"},
		"a quote that stays open reaches to end": {`a "b c`, "a b_c"},
		"curly and angled quotes":                {`“a b” „c d“ «e f» ＂g h＂`, "a_b c_d e_f g_h"},
		"empty quotes are ignored":               {`"" a "!"`, "a"},
		"an address is a phrase":                 {"ann@example.com", "ann_example_com"},
		"an apostrophe parts a word":             {"don't", "don_t"},
		"operators are words":                    {"a OR b AND NOT (c)", "a or b and not c"},
		"a letter of its own is a phrase's part": {"東京 x", "東_京 x"},
		"quotes within a phrase end it":          {`"a "b" c"`, "a b c"},
		"bytes that are no UTF-8 part words":     {"a\xffb", "a_b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, err := search.Parse(c.query)
			require.NoError(t, err)
			require.Equal(t, c.want, shown(q))
			require.Empty(t, search.Check(c.query))
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for query, complaint := range map[string]string{
		"": "letter or a digit", `"" -"" - !`: "letter or a digit", "👍": "letter or a digit",
		"\u0301": "letter or a digit", strings.Repeat("é", 201): "200 characters",
		strings.Repeat("a ", 21): "20 words and phrases",
	} {
		_, err := search.Parse(query)
		require.Equal(t, domain.KindInvalid, domain.KindOf(err))
		require.ErrorContains(t, err, "q: ")
		require.ErrorContains(t, err, complaint)
		require.Contains(t, search.Check(query), complaint)
	}
	for _, query := range []string{strings.Repeat("é", 200), strings.Repeat("a ", 20)} {
		require.Empty(t, search.Check(query))
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`card -"my card" “x`, "--", `"`, "a\xff\"-b", "ann@example.com -x -", "東京 ß \u0301", `"a"-"b"`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := search.Parse(text)
		require.Equal(t, err == nil, search.Check(text) == "")
		if err != nil {
			require.Equal(t, domain.KindInvalid, domain.KindOf(err))
			return
		}
		var terms []string
		for _, p := range q.Required() {
			terms = append(terms, `"`+strings.Join(p, " ")+`"`)
		}
		for _, p := range q.Excluded() {
			terms = append(terms, `-"`+strings.Join(p, " ")+`"`)
		}
		require.NotEmpty(t, terms)
		require.LessOrEqual(t, len(terms), search.MaxTerms)
		if written := strings.Join(terms, " "); utf8.RuneCountInString(written) <= search.MaxQuery {
			same, err := search.Parse(written)
			require.NoError(t, err)
			require.Equal(t, q, same, "normalised words stay as they are")
		}
	})
}
