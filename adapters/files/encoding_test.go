package files_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"ticketd/adapters/files"
	"ticketd/ports"
)

// importWith reads a file with options.
func importWith(
	t *testing.T, name, text string, o files.TicketOptions,
) ([]ports.ImportRow, *files.Tickets, error) {
	t.Helper()
	file, err := files.NewTickets(fileOf(t, name, text), o)
	if err != nil {
		return nil, nil, err
	}
	var list []ports.ImportRow
	for row, err := range file.ImportRows(t.Context()) {
		if err != nil {
			return list, file, err
		}
		list = append(list, row)
	}
	return list, file, nil
}

// encoded are texts as other programs write them.
func encoded(t *testing.T, text string) map[string]string {
	t.Helper()
	all := map[string]string{"UTF-8": text, "UTF-8 with a mark": "\ufeff" + text}
	for name, e := range map[string]interface {
		String(s string) (string, error)
	}{
		"UTF-16LE with a mark": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(),
		"UTF-16BE with a mark": unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(),
		"UTF-16LE":             unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(),
		"UTF-16BE":             unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(),
		"Windows-1252":         charmap.Windows1252.NewEncoder(),
	} {
		bytes, err := e.String(text)
		if err == nil {
			all[name] = bytes
		}
	}
	return all
}

func TestEncodingsAreToldApart(t *testing.T) {
	t.Parallel()
	texts := map[string]string{
		"German, as Excel writes it": "title;description\r\nFrage zur Rechnung;\"Schöne Grüße aus Köln – 40 € zu " +
			"viel\"\r\n",
		"French":                 "title,description\nÀ l’aide,\"L’été dernier, j’ai été facturé deux fois\"\n",
		"German with one word":   "title;description\nPasst nicht;Falsche Größe\n",
		"French quotes":          "title,description\nFacture,\"Le bouton «\u00a0Payer\u00a0» est resté gris\"\n",
		"French with a double é": "title,description\nFacture,La facture a été créée\n",
		"German quotes":          "title;description\nKnopf;„Öffnen“ tut nichts\n",
		"English with one sign":  "title,description\nPrice,It costs £5\n",
		"Chinese":                "title,description\n一,一个问题一\n",
		"Russian":                "title,description\nПривет,Не работает интернет\n",
		"emoji":                  "title,description\nHi,🎫 and 🎉\n",
	}
	for language, text := range texts {
		for name, bytes := range encoded(t, text) {
			t.Run(language+" in "+name, func(t *testing.T) {
				t.Parallel()
				want, _, err := importWith(t, "a.csv", text, files.TicketOptions{})
				require.NoError(t, err)
				got, file, err := importWith(t, "a.csv", bytes, files.TicketOptions{})
				require.NoError(t, err)
				require.Equal(t, want, got)
				require.Len(t, got, 1)
				is, _, _ := strings.Cut(name, " ")
				said := "read as " + is + " (--encoding names another)"
				if is == "UTF-8" {
					require.Empty(t, file.Notes())
				} else {
					require.Equal(t, []string{said}, file.Notes(), "once")
				}
			})
		}
	}
}

func TestWhatCannotBeToldIsRefused(t *testing.T) {
	t.Parallel()
	encode := func(m *charmap.Charmap, text string) string {
		bytes, err := m.NewEncoder().String(text)
		require.NoError(t, err)
		return bytes
	}
	sixteen, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).
		NewEncoder().
		String("title,description\nHi,🎫\n")
	require.NoError(t, err)
	for name, c := range map[string]struct{ text, encoding, want string }{
		"Russian in Windows-1251": {encode(charmap.Windows1251, "title,description\nПривет,Не работает "+
			"интернет\n"), "", "line 2 is no UTF-8, and the file does not look like Windows-1252 either: --encoding " +
			"says what it is"},
		"German of DOS": {encode(charmap.CodePage850, "title;description\nK\u00f6nnen;nicht\n"), "", "line 2 is " +
			"no UTF-8, and the file does not look like Windows-1252 either"},
		"German of DOS with ß": {encode(charmap.CodePage850, "title;description\nGröße;das\n"), "", "--encoding"},
		"German of an old Mac": {encode(charmap.Macintosh, "title;description\nFür;später\n"), "", "--encoding"},
		"French of DOS": {encode(charmap.CodePage850, "title;description\nBlocage;été réglé\n"), "",
			"--encoding"},
		"two encodings in one file": {
			"title,description\nGrüße,ö\n" + encode(charmap.Windows1252, "Grüße,öäü é è à\n"), "",
			"--encoding says what it is",
		},
		"UTF-16 cut within a unit": {sixteen[:len(sixteen)-1], "", "ends in the middle of a character: the " +
			"file is cut off"},
		"UTF-16 cut within a pair": {sixteen[:len(sixteen)-4], "", "ends in the middle of a character: the " +
			"file is cut off"},
		"UTF-16 with half a pair": {sixteen[:len(sixteen)-4] + "\n\x00", "", "is no well-formed UTF-16: " +
			"half a character stands at byte 46"},
		"UTF-8 cut within a character": {"title,description\na,b\xc3", "", "ends in the middle of a character: " +
			"the file is cut off"},
		"a wish against the mark": {"\ufefftitle,description\n", "windows-1252", "begins with the byte " +
			"order mark of UTF-8 and cannot be Windows-1252"},
		"a wish for what is none": {"title,description\n", "klingon", `--encoding: "klingon" is no encoding`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, _, err := importWith(t, "a.csv", c.text, files.TicketOptions{Encoding: c.encoding})
			require.ErrorContains(t, err, c.want)
			require.Empty(t, rows)
		})
	}
}

func TestAWishDecidesTheEncoding(t *testing.T) {
	t.Parallel()
	const text = "title,description\nПривет,Не работает\n"
	for name, m := range map[string]*charmap.Charmap{
		"windows-1251": charmap.Windows1251, "CP1251": charmap.Windows1251,
		"koi8-r": charmap.KOI8R, "ISO-8859-5": charmap.ISO8859_5,
	} {
		bytes, err := m.NewEncoder().String(text)
		require.NoError(t, err)
		rows, _, err := importWith(t, "a.csv", bytes, files.TicketOptions{Encoding: name})
		require.NoError(t, err)
		require.Equal(t, "Привет", rows[0].Title)
	}
	sixteen, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	require.NoError(t, err)
	for _, name := range []string{"utf-16", "UTF-16BE"} {
		rows, _, err := importWith(t, "a.csv", sixteen, files.TicketOptions{Encoding: name})
		require.NoError(t, err)
		require.Equal(t, "Привет", rows[0].Title)
	}
}

func TestAZeroByteInAShortFileMakesItNoUTF16(t *testing.T) {
	t.Parallel()
	rows, file, err := importWith(t, "a.csv", "title,description\r\na\x00b,c\r\n", files.TicketOptions{})
	require.NoError(t, err)
	require.Equal(t, "a\x00b", rows[0].Title, "the domain refuses the row")
	require.Empty(t, file.Notes())
}

func TestAFileOfUTF8WithABrokenRowIsStillUTF8(t *testing.T) {
	t.Parallel()
	rows, file, err := importWith(
		t, "a.csv", "title,description\nGrüße,öäü\ncut,b\xc3\nä,ö\n", files.TicketOptions{},
	)
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, "Grüße", rows[0].Title)
	require.Empty(t, file.Notes(), "the domain refuses the row")
}
