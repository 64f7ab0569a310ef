package files

import (
	"regexp"
	"strings"
	"time"
)

// monthNames are those of German, French, Spanish, Italian, Portuguese and Dutch, a month a line. No name
// means two months.
const monthNames = `januar jänner janvier enero gennaio janeiro januari
februar février febrero febbraio fevereiro februari
märz mars marzo março maart
april avril abril aprile
mai mayo maggio maio mei
juni juin junio giugno junho
juli juillet julio luglio julho
august août agosto augustus
september septembre septiembre setiembre settembre setembro
oktober octobre octubre ottobre outubro
november novembre noviembre novembro
dezember décembre diciembre dicembre dezembro december`

var monthByName = func() map[string]string {
	names := map[string]string{}
	for i, line := range strings.Split(monthNames, "\n") {
		for _, name := range strings.Fields(line) {
			names[name] = time.Month(i + 1).String()
		}
	}
	return names
}()

// namedMonth is a date such as 12. März 2024 or 12 de marzo de 2024.
var namedMonth = regexp.MustCompile(`^(\d{1,2})\.? (?:de )?(\p{L}+) (?:del? )?(\d{4})(.*)$`)

// inEnglish returns a text with the name of a month in English, others as they are.
func inEnglish(text string) string {
	parts := namedMonth.FindStringSubmatch(text)
	if parts == nil {
		return text
	}
	month, known := monthByName[strings.ToLower(parts[2])]
	if !known {
		return text
	}
	return parts[1] + " " + month + " " + parts[3] + parts[4]
}
