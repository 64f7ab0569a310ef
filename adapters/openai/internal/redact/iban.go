package redact

import (
	"strconv"
	"strings"
)

// ibanLengths are those of the countries in the IBAN registry, and of others that use the form.
var ibanLengths = parseLengths(
	"AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 " +
		"CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 " +
		"GE22 GI23 GL18 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KM27 KW30 " +
		"KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MG27 MK19 ML28 MN20 MR27 MT31 MU30 " +
		"MZ25 NE28 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 " +
		"SK24 SM27 SN28 SO23 ST25 SV28 TD27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30")

func parseLengths(list string) map[string]int {
	lengths := map[string]int{}
	for _, entry := range strings.Fields(list) {
		if n, err := strconv.Atoi(entry[2:]); err == nil { // a wrong entry fails the test of its example
			lengths[entry[:2]] = n
		}
	}
	return lengths
}

// longestIBAN is that of any country; the standard allows one more.
const longestIBAN = 34

func (v *view) ibans(spans []span) []span {
	for i := 0; i+4 <= len(v.plain); i++ {
		if !isDigit(v.plain[i+2]) || !isDigit(v.plain[i+3]) || !isLetter(v.plain[i]) || !isLetter(v.plain[i+1]) {
			continue
		}
		if isAlnum(v.byteAt(i-1)) && !strings.HasSuffix(v.lower[:i], "iban") {
			continue
		}
		if end := v.ibanEnd(i); end > 0 {
			spans = append(spans, span{i, end, IBAN})
			i = end - 1
		}
	}
	return spans
}

// minDigits is fewer than any IBAN has; words that happen to fit have fewer.
const minDigits = 8

// ibanEnd returns the end of the IBAN that begins at i; 0 if none does.
func (v *view) ibanEnd(i int) int {
	length := ibanLengths[strings.ToUpper(v.plain[i:i+2])]
	if length == 0 {
		return 0
	}
	iban := make([]byte, 0, longestIBAN)
	figures := 0
	for ; i < len(v.plain) && len(iban) < length; i++ {
		b := v.plain[i]
		switch {
		case isDigit(b):
			iban = append(iban, b)
			figures++
		case isLetter(b):
			iban = append(iban, b&^0x20)
		case strings.IndexByte(" -.\n", b) < 0 || !isAlnum(v.plain[i-1]):
			return 0
		}
	}
	if len(iban) < length || figures < minDigits || isAlnum(v.byteAt(i)) || mod97(iban) != 1 {
		return 0
	}
	return i
}
