package local

import "math"

const (
	// referenceWords is the length of a text whose evidence counts as it stands. In longer texts more cues
	// are there by chance: it counts less, by the root of the length.
	referenceWords = 16.0
	minWords       = 8.0 // shorter texts count like these
)

// scaleByLength scales the evidence by the number of words; the prior stays.
func (e *evidence) scaleByLength() {
	worth := math.Sqrt(referenceWords / max(float64(e.words), minWords))
	for k := range categories {
		e.scores[k] = prior[k] + worth*(e.scores[k]-prior[k])
		e.favours[k] *= worth
	}
}

// What makes the likeliest category right. People set these numbers, looking at sources of tickets of which
// each was left out in turn; the decision record on honesty abroad has the figures.
const (
	logOddsAtEven = 1.6 // of being right if the scores leave it even
	perLogOdds    = 0.5 // what a log-odd of the scores adds: they claim too much
	perConflict   = 3.2 // what the share of the evidence that speaks for another category takes away

	lowestConfidence  = 1.0 / categories // who guesses is right so often
	highestConfidence = 0.975
)

// Without evidence a ticket is near the prior: a text that is not understood at all could be anything; one
// whose words are understood, but name neither money nor technology, is more often general.
const (
	notUnderstood = 0.46
	perKnownWord  = 0.035
	maxKnownWords = 5
	// fullEvidence is the evidence from which on it counts fully.
	fullEvidence = 2.0
	// soleWord is how much a text of one word counts: "refund" may ask for one, or how long it takes.
	soleWord = 0.75
	// signsAlone is how much signs and numbers count in a text without a known word: "$$$", "404".
	signsAlone = 0.4
)

// calibrate returns the likeliest category and the probability that it is right.
func (e *evidence) calibrate() (category int, confidence float64) {
	p := Softmax(e.scores)
	for k := range p {
		if p[k] > p[category] {
			category = k
		}
	}
	known := notUnderstood + perKnownWord*float64(min(e.knownWords, maxKnownWords))
	full := min(e.favours[category]/fullEvidence, 1)
	switch {
	case e.knownWords == 0:
		full *= signsAlone
	case e.words == 1:
		full *= soleWord
	}
	return category, known + full*(e.weighed(category, p[category])-known)
}

// weighed returns the probability that a category is right for which there is enough evidence.
func (e *evidence) weighed(category int, p float64) float64 {
	against := 0.0
	for k, favour := range e.favours {
		if k != category {
			against = max(against, favour)
		}
	}
	const leastTotal = 0.5 // next to nothing is no conflict
	conflict := against / (against + e.favours[category] + leastTotal)
	z := logOddsAtEven + perLogOdds*math.Log(p/(1-p)) - perConflict*conflict
	return min(max(1/(1+math.Exp(-z)), lowestConfidence), highestConfidence)
}
