package dataset

import (
	"math/rand/v2"
	"strings"
)

const (
	// fillerLength is how many characters of text the tickets' texts are cut from. PostgreSQL counts through
	// them for every cut.
	fillerLength = 6000
	// Descriptions have from shortest to longest characters, evenly.
	shortest, longest = 100, 600
	titleLength       = 45
)

// Filler returns text of lower-case words separated by single blanks, always the same. None of its words
// means anything to the imitation of the model.
func Filler() string {
	rng := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields(vocabulary)
	var b strings.Builder
	for b.Len() < fillerLength {
		b.WriteString(words[rng.IntN(len(words))])
		b.WriteByte(' ')
	}
	return b.String()[:fillerLength]
}

// Description returns a random piece of the filler, as long as the seeded descriptions.
func Description(rng *rand.Rand, filler string) string {
	length := shortest + rng.IntN(longest-shortest+1)
	at := rng.IntN(len(filler) - length)
	return strings.TrimSpace(filler[at : at+length])
}

const vocabulary = `
a about account across activate add address after again agent all already also always am amount an and annual
another answer any app approve are arrive as ask at attach august available back balance bank basket be
because been before began below blank blocked box branch browser but button buy by call came can cancel card
cart change charge check child choose city clear click close code colour come company complete computer
confirm connect contact contract copy could country coupon credit current customer daily dashboard data date
day debit deliver department desk detail did different discount display do document does domain door double
down download driver during each early edit either email employee empty end enter even every export extra fail
family fast february field file filter find first five fix folder follow form format forward found four free
friday friend from full gave get give go gone good got group guest had half hand happen has have he hear help
her here him his home hour house how i id if image import in include inside install instead into is issue it
item january job july june just keep key kind know language laptop large last late later leave left less let
letter level license like limit line link list little live local lock log long look lost made mail main make
man manager many march may me mean meeting member menu message method minute missing mobile monday month more
morning most move much my name need network never new next night no north not note nothing november now number
october of off offer office often old on once one online only open option or order other our out over own
owner package page paid panel paper part partner pass password past payment pdf people period person phone
photo pick place plan please point portal position post press price print private problem process product
profile program public purchase question quick quite reach read ready reason receive record region register
reload remove renew repair reply report request reset rest result return right room row run safe said sale
same saturday save saw say scan screen search second section see seem select send sent september serial
service session set seven several share she shipping shop short show side sign simple since six size slow
small so software some son soon sort south space spend staff stand start statement status step still stock
stop store street string subject submit such sum sunday support sure switch system table take team tell ten
test text than thank that the their them then there these they thing think third this three through thursday
ticket time to today together told tomorrow too took top total town track transfer tried true try tuesday turn
twice two type under until up update upload us use user version very via view visit voucher wait want
warehouse was watch way we web wednesday week well went were what when where which while who why will window
with within without word work would write wrong year yes yesterday yet you your zip zone`
