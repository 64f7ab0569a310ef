package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai/internal/redact"
)

func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"an ordinary text stays as it is": {
			"The app crashes. 2 € – naïve 😀", "The app crashes. 2 € – naïve 😀"},
		"an empty text stays empty": {
			"", ""},
		"placeholders stay as they are": {"password: [PASSWORD], Bearer [TOKEN], a@[EMAIL]",
			"password: [PASSWORD], Bearer [TOKEN], a@[EMAIL]"},
		"what stands around a secret stays": {
			"«jane@example.com»\u200b!", "«[EMAIL]»\u200b!"},
		"secrets that overlap get one placeholder": {
			"password=jane@example.com;x=1", "password=[EMAIL];x=1"},
		"a card number with a wrong check digit is a number": {
			"4111 1111 1111 1112", "4111 1111 1111 1112"},
		"an IBAN with a wrong check digit is a number": {"DE88 3704 0044 0532 0130 00",
			"DE88 3704 0044 0532 0130 00"},
		"an IBAN of an unknown country is none": {
			"ZZ89 3704 0044 0532 0130 00", "ZZ89 3704 0044 0532 0130 00"},
		"a card number among other numbers is found": {
			"12 4111 1111 1111 1111 99", "12 [CARD] 99"},
		"two card numbers in a row are two": {
			"5500 0000 0000 0004 4111 1111 1111 1111", "[CARD] [CARD]"},
		"an order number may look like a card's": {
			"Order no. 4111111111111111", "Order no. 4111111111111111"},
		"a card that is printed in fours is one in any sentence": {
			"Order 4111 1111 1111 1111", "Order [CARD]"},
		"a phone number may look like a card's": {
			"+4111111111111111", "+4111111111111111"},
		"a name and a password are told apart": {"login: admin / Adm1n!pass, password: admin / Adm1n!pass",
			"login: admin / Adm1n!pass, password: admin / [PASSWORD]"},
		"a host is left readable": {"redis://:EXAMPLE1@cache.example.com:6379",
			"redis://[PASSWORD]@cache.example.com:6379"},
		"the address of a hook loses its path": {"https://hooks.slack.com/services/T000/B000/EXAMPLE0",
			"https://hooks.slack.com/services/[TOKEN]"},
		"a licence key is a key": {
			"licence key: ABCD1-EFGH2-IJKL3", "licence key: [TOKEN]"},
		"a private key without an end is taken as far as it goes": {
			"-----BEGIN PRIVATE KEY-----\nEXAMPLEEXAMPLEEXAMPLE\nEXAMPLEEXAMPLE==\nthanks", "[PRIVATE_KEY]\nthanks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, redact.Text(c.text))
		})
	}
}

// The examples of the IBAN registry, and of other countries that use the form: they check lengths and
// checksum.
const ibans = "AL47212110090000000235698741 AD1200012030200359100100 AT611904300234573201 " +
	"AZ21NABZ00000000137010001944 BH67BMAG00001299123456 " +
	"BE68539007547034 BA391290079401028494 BR1800360305000010009795493C1 BG80BNBG96611020345678 " +
	"CR05015202001026284066 HR1210010051863000160 " +
	"CY17002001280000001200527600 CZ6508000000192000145399 DK5000400440116243 " +
	"DO28BAGR00000001212453611324 EE382200221020145685 FO6264600001631634 " +
	"FI2112345600000785 FR1420041010050500013M02606 GE29NB0000000101904917 DE89370400440532013000 " +
	"GI75NWBK000000007099453 GR1601101250000000012300695 " +
	"GL8964710001000206 GT82TRAJ01020000001210029690 HU42117730161111101800000000 " +
	"IS140159260076545510730339 IE29AIBK93115212345678 IL620108000000099999999 " +
	"IT60X0542811101000000123456 KZ86125KZT5004100100 KW81CBKU0000000000001234560101 " +
	"LV80BANK0000435195001 LB62099900000001001901229114 LI21088100002324013AA " +
	"LT121000011101001000 LU280019400644750000 MK07250120000058984 MT84MALT011000012345MTLCAST001S " +
	"MR1300020001010000123456753 MU17BOMM0101101030300200000MUR " +
	"MD24AG000225100013104168 MC5811222000010123456789030 ME25505000012345678951 NL91ABNA0417164300 " +
	"NO9386011117947 PK36SCBL0000001123456702 " +
	"PS92PALS000000000400123456702 PL61109010140000071219812874 PT50000201231234567890154 " +
	"QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000 " +
	"SM86U0322509800000000270100 SA0380000000608010167519 RS35260005601001611379 SK3112000000198742637541 " +
	"SI56263300012039086 ES9121000418450200051332 " +
	"SE4550000000058398257466 CH9300762011623852957 TN5910006035183598478831 TR330006100519786457841326 " +
	"UA213996220000026007233566001 AE070331234567890123456 " +
	"GB29NWBK60161331926819 VG96VPVG0000012345678901 XK051212012345678906 BY13NBRB3600900000002Z00AB00 " +
	"EG380019000500000000263180002 IQ98NBIQ850123456789012 " +
	"JO94CBJO0010000000000131000302 LC55HEMM000100010012001200023015 SC18SSCB11010000000000001497USD " +
	"ST68000100010051845310112 SV62CENR00000000000000700025 " +
	"TL380080012345678910157 VA59001123000012345678 LY83002048000020100120361 " +
	"RU0304452522540817810538091310419 SO211000001001000100141"

func TestIBANs(t *testing.T) {
	t.Parallel()
	for iban := range strings.FieldsSeq(ibans) {
		t.Run("the example of "+iban[:2]+" is found however it is written", func(t *testing.T) {
			t.Parallel()
			var fours []string
			for rest := iban; rest != ""; {
				n := min(4, len(rest))
				fours, rest = append(fours, rest[:n]), rest[n:]
			}
			for _, text := range []string{iban, strings.ToLower(iban), strings.Join(fours, " "), strings.Join(
				fours, "-"), strings.Join(fours, "\u00a0")} {
				require.Equal(t, "to "+redact.IBAN+".", redact.Text("to "+text+"."), text)
				require.NotContains(t, redact.Text(text[:len(text)-1]+"7x"), redact.IBAN)
			}
		})
	}
}

// TestTraps is about texts that are made to be slow: anything but linear time would show as a test that
// does not end. What they take says the benchmark.
func TestTraps(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{
		"a@", "a.", `"@`, "ä@", "a dot ", "a at ", "token=", "password is ", "passwort abc ", "pw:", "비밀번호",
		"key ", "basic ", "sk-", "eyJ.", "://",
		"://a:b@c ", "-----BEGIN RSA PRIVATE KEY-----", "4 ", "4111", "٤", "DE89 ", "order 4111111111111111 ",
		"order", " -u a", "a\u0301", "a@b.co ",
	} {
		t.Run("a text of "+piece+" is no trap", func(t *testing.T) {
			t.Parallel()
			once := redact.Text(strings.Repeat(piece, 20_000/utf8.RuneCountInString(piece)))
			require.Equal(t, once, redact.Text(once))
		})
	}
}
