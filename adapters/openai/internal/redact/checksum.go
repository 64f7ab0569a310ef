package redact

// isCard checks leading digits, length and Luhn's checksum. Thirteen digits that also pass the checksum of
// article numbers count as such a number.
func isCard(number []byte) bool {
	prefix := 0
	for _, d := range number[:6] {
		prefix = prefix*10 + int(d-'0')
	}
	for _, i := range issuers {
		if i.issues(prefix, len(number)) {
			return luhn(number) && (len(number) != minCard || !ean(number))
		}
	}
	return false
}

func luhn(number []byte) bool {
	sum := 0
	for i := range number {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func ean(number []byte) bool {
	sum := 0
	for i := range number {
		sum += int(number[len(number)-1-i]-'0') * (1 + i%2*2)
	}
	return sum%10 == 0
}

// mod97 returns the checksum of ISO 13616 over an IBAN in upper case: 1 if it is right.
func mod97(iban []byte) int {
	rest := 0
	for i := range iban {
		c := iban[(i+4)%len(iban)]
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest
}
