package porttest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports/search"
)

func searchCases() []storeCase {
	return []storeCase{
		{"a search finds words, phrases and what lacks them", searchSyntax},
		{"a search sees no difference in case and accents, in any script", searchScripts},
		{"a search finds addresses, numbers and hyphenated words by their parts", searchCompounds},
		{"what looks like syntax to a database is text", searchHostile},
		{"long words and long texts are found", searchLong},
	}
}

// finds tells which of the texts a query finds, both before they are indexed and after.
type finds struct {
	query string
	texts []string
}

// searchTexts stores a ticket per text, "title | description", and checks each search.
func searchTexts(t *testing.T, s Stores, texts []string, cases []finds) {
	t.Helper()
	byID := map[domain.TicketID]string{}
	for i, text := range texts {
		title, description, _ := strings.Cut(text, " | ")
		byID[addText(t, s, title, description, noon.Add(time.Duration(i)*time.Second)).ID()] = text
	}
	check := func() {
		t.Helper()
		for _, c := range cases {
			var found []string
			for _, ticket := range walk(t, s, searching(t, c.query), 3, byCursor) {
				found = append(found, byID[ticket.ID()])
			}
			require.ElementsMatch(t, c.texts, found, c.query)
		}
	}
	check()
	indexAll(t, s)
	check()
}

func addText(t *testing.T, s Stores, title, description string, at time.Time) domain.Ticket {
	t.Helper()
	ticket, err := domain.NewTicket(title, description, nil, domain.Creators{}, at)
	require.NoError(t, err)
	return addLeased(t, s, ticket, 0)
}

func searching(t *testing.T, q string) filter {
	t.Helper()
	query, err := search.Parse(q)
	require.NoError(t, err, q)
	return filter{Search: query}
}

func indexAll(t *testing.T, s Stores) {
	t.Helper()
	for n := 1; n > 0; {
		var err error
		n, err = s.IndexNew(t.Context(), 50)
		require.NoError(t, err)
	}
}

func searchSyntax(t *testing.T, s Stores) {
	twice, refund, both := "Charged twice | The card was charged again", "Refund | please refund my card",
		"Refund twice | I want money"
	short := "Re: | !"
	searchTexts(t, s, []string{twice, refund, both, short}, []finds{
		{"card", []string{twice, refund}},
		{"refund CARD", []string{refund}},
		{"card refund", []string{refund}},
		{`"charged again"`, []string{twice}},
		{`"again charged"`, nil},
		{`“my card”`, []string{refund}},
		{`"my card" please`, []string{refund}},
		{`"twice the"`, nil}, // the end of the title and the start of the description
		{`"twice i"`, nil},
		{"twice -card", []string{both}},
		{"-card", []string{both, short}},
		{"-card -twice", []string{short}},
		{`card -"my card"`, []string{twice}},
		{`-"twice the"`, []string{twice, refund, both, short}},
		{"re", []string{short}},
		{"car", nil},
		{"charge", nil},
		{"refund refund", []string{refund, both}},
		{"twice -twice", nil},
		{"unheard", nil},
		{"-unheard", []string{twice, refund, both, short}},
		{`"refund`, []string{refund, both}},
		{"twice - card", []string{twice}},
	})
}

func searchScripts(t *testing.T, s Stores) {
	german, turkish, greek, french := "Straße | Müller zahlt", "ISPARTA ısı | İstanbul", "ΟΔΟΣ | στην οδό μας",
		"Café | de\u0301ja\u0300 paye\u0301"
	emoji, japanese, russian, thai := "ok👍🏽 | ❤️ done", "東京都庁 | カードで支払う", "Платёж | не прошёл",
		"ชำระเงิน | ไม่ได้"
	korean, hindi, wide := "결제 | 오류 발생", "भुगतान | विफल", "ＡＢＣ１２ | ﬁnd"
	searchTexts(t, s, []string{
		german, turkish, greek, french, emoji, japanese, russian, thai, korean, hindi, wide,
	}, []finds{
		{"strasse MÜLLER", []string{german}},
		{"STRASSE muller", []string{german}},
		{"ısparta", []string{turkish}},
		{"istanbul ISI", []string{turkish}},
		{"οδος", []string{greek}},
		{"ΟΔΌ", []string{greek}},
		{"cafe deja", []string{french}},
		{`"d\u00e9j\u00e0 PAYÉ"`, nil}, // the escapes are text here
		{"\"d\u00e9j\u00e0 PAYÉ\"", []string{french}},
		{"OK", []string{emoji}},
		{"done", []string{emoji}},
		{"東京", []string{japanese}},
		{"京都", []string{japanese}},
		{"京東", nil},
		{"庁カ", nil}, // the end of the title and the start of the description
		{"カード -大阪", []string{japanese}},
		{"платеж прошел", []string{russian}},
		{"เงิน", []string{thai}},
		{"결제", []string{korean}},
		{"विफल", []string{hindi}},
		{"abc12 FIND", []string{wide}},
	})
}

func searchCompounds(t *testing.T, s Stores) {
	mail, price, error500, dont := "From ann.lee@example.co.uk | x", "Total 1,234.56 EUR | x",
		"Error 500/HTTP2 | 0x8007", "Don't log-in | e-mail"
	other := "lee ann, uk example | in log; 500 errors"
	searchTexts(t, s, []string{mail, price, error500, dont, other}, []finds{
		{"ann.lee@example.co.uk", []string{mail}},
		{"Lee@EXAMPLE", []string{mail}},
		{"example", []string{mail, other}},
		{"1,234.56", []string{price}},
		{"234", []string{price}},
		{"1234", nil},
		{"500", []string{error500, other}},
		{"error/500", []string{error500}},
		{"0X8007", []string{error500}},
		{"don't", []string{dont}},
		{"don’t", []string{dont}},
		{"log-in", []string{dont}},
		{"login", nil},
		{"log in", []string{dont, other}},
		{"log -in", nil},
		{"e-mail", []string{dont}},
	})
}

// searchHostile runs queries that would fail, or find something else, if a part were taken for an operator.
func searchHostile(t *testing.T, s Stores) {
	word, other := "a or b not near null | title select from users drop table tickets", "b | xyz"
	searchTexts(t, s, []string{word, other}, []finds{
		{"a OR b", []string{word}},
		{"xyz AND b", nil},
		{"NOT b", []string{word}},
		{"NEAR(a b)", nil}, // a phrase: near a
		{"near null", []string{word}},
		{"xy*", nil},
		{"xyz:*", []string{other}},
		{"title:xyz", nil},
		{"{title}:xyz", nil},
		{"a & !b", []string{word}},
		{"xyz | a", nil},
		{"b <-> xyz", []string{other}},
		{"'; DROP TABLE tickets; --", []string{word}},
		{`xyz' OR '1'='1`, nil},
		{`\xyz\'`, []string{other}},
		{`xyz"); --`, []string{other}},
		{"^xyz", []string{other}},
		{"%yz% b", nil},
		{"xyz\x00", []string{other}},
		{"xyz + b", []string{other}},
		{"$1 ?1 :a @p xyz", nil},
	})
}

func searchLong(t *testing.T, s Stores) {
	unbroken := strings.Repeat("x", domain.MaxDescription)
	many := strings.Repeat("and ", 4000) + "the end, " + strings.Repeat("z ", 1990) + "fin"
	han := strings.Repeat("的", 10_000) + "退款" + strings.Repeat("中文", 4000)
	wide := strings.Repeat("ﷺ", domain.MaxDescription) // four words each
	for _, text := range []string{unbroken, many, han, wide} {
		addText(t, s, "Long", text, noon)
	}
	indexAll(t, s)
	for query, want := range map[string]int{
		strings.Repeat("X", search.MaxQuery): 1, strings.Repeat("x", search.MaxQuery-1): 0,
		`"and the end"`: 1, `"z fin"`: 1, `"and fin"`: 0, `"z z z fin"`: 1, "and end fin": 1,
		"退款": 1, "的退": 1, "款中": 1, "款退": 0, "文中": 1, `"الله عليه"`: 1,
	} {
		n, exact, err := s.CountTickets(t.Context(), searching(t, query), 10)
		require.NoError(t, err)
		require.True(t, exact)
		require.Equal(t, want, n, query)
	}
}
