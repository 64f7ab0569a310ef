package search_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/ports/search"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, words string }{
		"punctuation parts words": {
			"Re: charge (twice!) – see #42/7", "re charge twice see 42 7",
		},
		"an apostrophe parts words":       {"don't d’accord", "don t d accord"},
		"an address falls into its parts": {"Ann.Lee+x@example.co.uk", "ann lee x example co uk"},
		"digits are words and parts of words": {
			"error 0x80070005, HTTP2, 3,14", "error 0x80070005 http2 3 14",
		},
		"line ends part words":                 {"one\r\ntwo\tthree", "one two three"},
		"capitals of other scripts are folded": {"ПЛАТЁЖ Ελλάδα", "платеж ελλαδα"},
		"a sharp s is a double s":              {"Straße STRASSE GROẞ", "strasse strasse gross"},
		"all four Turkish i are one":           {"İstanbul ISPARTA ısı ilk", "istanbul isparta isi ilk"},
		"a final sigma is a sigma":             {"ΟΔΟΣ οδος Οδός", "οδοσ οδοσ οδοσ"},
		"accents are taken off": {
			"Café naïve Łódź Ærø œuvre Đà Nẵng", "cafe naive lodz aero oeuvre da nang",
		},
		"a composed and a decomposed letter are the same": {"\u00e9 e\u0301", "e e"},
		"ligatures and wide letters are resolved":         {"ﬁnd ＡＢＣ１２", "find abc12"},
		"signs are no letters":                            {"iPhone™ m² 10€ ½ Ⅳ", "iphone m 10"},
		"emoji part words":                                {"ok👍🏽done 👩\u200d💻 ❤️ 1️⃣", "ok done 1"},
		"a soft hyphen is not there": {
			"Rech\u00adnung, zero\u200bwidth", "rechnung zero width",
		},
		"letters of scripts without blanks stand alone": {"東京都 カード決済 サーバー", "東 京 都 カ ー ド 決 済 サ ー バ ー"},
		"they do so among others":                       {"VISA卡x2", "visa 卡 x2"},
		"half-width kana are kana":                      {"ｶﾞｿﾘﾝ", "ガ ソ リ ン"},
		"Thai letters keep their marks":                 {"ชำระเงิน", "ชํ า ร ะ เ งิ น"},
		"Korean words stay whole":                       {"결제 오류가", "결제 오류가"},
		"Hindi keeps its vowels":                        {"भुगतान विफल", "भुगतान विफल"},
		"Arabic loses its short vowels":                 {"مُحَمَّد", "محمد"},
		"a mark without a letter is nothing":            {"\u0301 \u094d x", "x"},
		"nothing is no word":                            {"", ""},
		"punctuation is no word":                        {`"' -- !?`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.words, strings.Join(search.Words(c.text), " "))
		})
	}
}

func TestLongWordsCountUpToALimit(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"x", "ж", "𐐨"} {
		words := search.Words(strings.Repeat(letter, 20_000))
		require.Equal(t, []string{strings.Repeat(letter, 200)}, words)
	}
	require.Len(t, search.Words(strings.Repeat("字", 20_000)), 20_000)
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"Café ß", "ͺ ﷺ ŉ", "ｶﾞ か\u3099", "a\xffb\x00c", "ก\u0e33", "ʼn ᾳ İ", "\u034f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := search.Words(s)
		for _, w := range words {
			require.NotEmpty(t, w)
			require.LessOrEqual(t, len(w), 2000, "PostgreSQL takes lexemes of up to 2046 bytes")
			require.NotContains(t, w, " ")
			require.False(t, strings.ContainsFunc(w, func(r rune) bool {
				return r < 0x80 && !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", r)
			}))
		}
		require.Equal(t, words, search.Words(strings.Join(words, " ")), "normalised words stay as they are")
	})
}
