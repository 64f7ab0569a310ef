package redact

import "regexp"

// Lengths of a card number in digits.
const (
	minCard = 13
	maxCard = 19
)

// issuer is a range of six leading digits, with the lengths of its cards.
type issuer struct{ low, high, shortest, longest int }

// issuers are the schemes in use. 13 digits are rare but not gone.
var issuers = []issuer{
	{400000, 499999, 13, 13}, {400000, 499999, 16, 16}, {400000, 499999, 19, 19}, // Visa
	{510000, 559999, 16, 16}, {222100, 272099, 16, 16}, // Mastercard
	{340000, 349999, 15, 15}, {370000, 379999, 15, 15}, // American Express
	{601100, 601199, 16, 19}, {644000, 659999, 16, 19}, {622126, 622925, 16, 19}, // Discover
	{620000, 629999, 16, 19}, {810000, 829999, 16, 19}, // UnionPay, RuPay
	{352800, 358999, 16, 19}, // JCB
	// Diners
	{360000, 369999, 14, 19}, {300000, 305999, 14, 19}, {309500, 309599, 14, 19}, {380000, 399999, 14, 19},
	// Maestro, Verve, Elo
	{500000, 509999, 13, 19}, {560000, 589999, 13, 19}, {630000, 639999, 13, 19}, {670000, 679999, 13, 19},
	{600000, 609999, 16, 16}, // RuPay, Hipercard
	{220000, 220499, 16, 19}, // Mir
	{979200, 979299, 16, 16}, // Troy
}

func (i issuer) issues(prefix, length int) bool {
	return i.low <= prefix && prefix <= i.high && i.shortest <= length && length <= i.longest
}

// digits is a run of digits in the text.
type digits struct{ from, to int }

func (d digits) len() int { return d.to - d.from }

// cards looks in each series of digit runs with separators between them for a card that begins with any of
// the runs.
func (v *view) cards(spans []span) []span {
	for i := 0; i < len(v.plain); i++ {
		if !isDigit(v.plain[i]) {
			continue
		}
		var series []digits
		for {
			run := digits{from: i}
			for ; i < len(v.plain) && isDigit(v.plain[i]); i++ {
			}
			run.to = i
			series = append(series, run)
			gap := v.separator(i)
			if gap == 0 || !isDigit(v.byteAt(i+gap)) {
				break
			}
			i += gap
		}
		spans = v.cardsIn(series, spans)
	}
	return spans
}

// separator returns the length of the text between two parts of a card number: blanks, and one mark at
// most; else 0.
func (v *view) separator(i int) int {
	const longest = 3
	marks := 0
	for n := range longest + 1 {
		switch v.byteAt(i + n) {
		case ' ', '\n', '\r', '\t':
		case '-', '.', '/':
			marks++
		default:
			return n
		}
		if marks > 1 {
			return 0
		}
	}
	return 0
}

func (v *view) cardsIn(series []digits, spans []span) []span {
	for len(series) > 0 {
		first, n := -1, 0
		for i := range series {
			if n = v.cardAt(series, i); n > 0 {
				first = i
				break
			}
		}
		if first < 0 {
			return spans
		}
		spans = append(spans, span{series[first].from, series[first+n-1].to, Card})
		series = series[first+n:]
	}
	return spans
}

// cardAt returns how many runs, from the one at first on, are a card number; 0 if none are.
func (v *view) cardAt(series []digits, first int) int {
	if v.isFraction(series, first) {
		return 0
	}
	number := make([]byte, 0, maxCard)
	for i, run := range series[first:] {
		if len(number)+run.len() > maxCard {
			return 0
		}
		number = append(number, v.plain[run.from:run.to]...)
		if len(number) >= minCard && isCard(number) && v.setApart(series, first, i+1) {
			return i + 1
		}
	}
	return 0
}

// isFraction reports whether the run is the decimals of a number, whose digits mean nothing.
func (v *view) isFraction(series []digits, first int) bool {
	const longestWhole = 3
	if first == 0 || series[first].len() < minCard {
		return false
	}
	before := series[first-1]
	return before.len() <= longestWhole && v.plain[before.to:series[first].from] == "."
}

// setApart reports whether the n runs look like a card number, by their groups and by the text beside them.
func (v *view) setApart(series []digits, first, n int) bool {
	runs := series[first : first+n]
	from, to := runs[0].from, runs[n-1].to
	before, after := v.byteAt(from-1), v.byteAt(to)
	line := v.lineBefore(from)
	switch {
	case before == '+', before == '_', after == '_':
		return false
	case isAlnum(before) && !cardWord.MatchString(line), isAlnum(after) && !expiry.MatchString(v.lower[to:]):
		return false
	case n == 1:
		return !reference.MatchString(line)
	}
	return isPrinted(runs) || n == len(series) && isEven(runs)
}

// isPrinted reports whether the runs are grouped as on cards: in fours, or 4-6-5 and 4-6-4.
func isPrinted(runs []digits) bool {
	if len(runs) == 3 && runs[0].len() == 4 && runs[1].len() == 6 {
		return runs[2].len() == 4 || runs[2].len() == 5
	}
	for _, r := range runs[:len(runs)-1] {
		if r.len() != 4 {
			return false
		}
	}
	return runs[len(runs)-1].len() <= 4
}

// isEven reports whether all groups but the last are alike: single digits, pairs, eights.
func isEven(runs []digits) bool {
	for _, r := range runs[:len(runs)-1] {
		if r.len() != runs[0].len() {
			return false
		}
	}
	return runs[len(runs)-1].len() <= runs[0].len()
}

// cardWord and expiry may stand beside a card number without a blank.
var (
	cardWord = regexp.MustCompile(`(?:visa|card|master|amex|maestro|karte|carte|carta|tarjeta|cartao|` +
		`\bcc|\bnr|\bno|\bpan)$`)
	expiry = regexp.MustCompile(`^(?:exp|valid|cvc|cvv)`)
)

// reference matches a word right in front of a number that makes it one of another kind.
var reference = regexp.MustCompile(`(?:order|invoice|track|shipment|parcel|consignment|referenc|\bref\b|` +
	`ticket|\bcase|serial|imei|` +
	`iccid|\bean|gtin|isbn|customer|bestell|auftrag|rechnung|sendung|liefer|kunden|artikel|commande|` +
	`facture|colis|client|pedido|factura|envio|encomenda|ordine|fattura|spedizione|factuur|zamowieni|` +
	`faktur|ordre|siparis|fatura|заказ|счет|накладн|订单|訂單|单号|注文|주문|طلب|` +
	`הזמנה)\pL*[\s\pP\pS]*(?:(?:number|num|no|nr|nummer|numero|id|номер|番号|번호|号|is|` +
	`de)[\s\pP\pS]*){0,2}$`)
