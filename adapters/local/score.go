package local

import "math"

// result is the answer in numbers.
type result struct {
	scores     [categories]float64
	category   int
	confidence float64 // that the category is right

	urgency            float64
	priority           int
	priorityConfidence float64
}

// prior holds the log-odds of a ticket before its first word is read.
var prior = [categories]float64{-0.15, 0, 0.2}

// evidence is what a text says for and against the categories.
type evidence struct {
	scores     [categories]float64 // log-odds
	favours    [categories]float64 // what speaks for each, without what speaks against it
	words      int
	knownWords int
}

func (e *evidence) add(category int, says float64) {
	e.scores[category] += says
	e.favours[category] += max(says, 0)
}

// topics are what the concepts that are topics say for general.
type topics struct{ most, sum float64 }

// topicShare is how much of a topic counts beside a stronger one: a flight, a seat and a meal are one
// journey.
const topicShare = 0.3

func (t *topics) add(says float64) { t.most, t.sum = max(t.most, says), t.sum+says }

func (t *topics) total() float64 { return t.most + topicShare*(t.sum-t.most) }

func (lex *compiledLexicon) judge(r *reading) result {
	e := evidence{scores: prior, words: len(r.scanner.tokens), knownWords: r.knownWords()}
	res := result{}
	var about topics
	for _, c := range r.touched {
		s, concept := float64(r.of(c)), &lex.concepts[c]
		res.urgency += s * float64(concept.Urgency)
		for k, weight := range concept.Weights {
			if says := s * float64(weight); concept.Topic && k == general && says > 0 {
				about.add(says)
			} else {
				e.add(k, says)
			}
		}
	}
	e.add(general, about.total())
	lex.judgePairs(r, &e)
	e.scaleByLength()
	res.scores = e.scores
	res.category, res.confidence = e.calibrate()
	res.priority, res.priorityConfidence = priorityOf(res.urgency)
	return res
}

// judgePairs adds the weights of pairs within one sentence, each pair once, by the sentence that counts
// most.
func (lex *compiledLexicon) judgePairs(r *reading, e *evidence) {
	for _, p := range lex.pairs {
		if r.strengths[p.First].sum == 0 || r.strengths[p.Second].sum == 0 {
			continue
		}
		w := float64(r.cooccurrence(int32(p.First), int32(p.Second)))
		for k, weight := range p.Weights {
			e.scores[k] += w * float64(weight)
		}
	}
}

// cooccurrence returns the weight of the sentence that counts most of those that show both concepts, or 0.
func (r *reading) cooccurrence(first, second int32) float32 {
	best, from := float32(0), 0
	for _, a := range r.present {
		if a.concept != first || a.weight <= best {
			continue
		}
		for r.present[from].sentence < a.sentence {
			from++
		}
		for _, b := range r.present[from:] {
			if b.sentence != a.sentence {
				break
			}
			if b.concept == second {
				best = a.weight
			}
		}
	}
	return best
}

// Softmax turns log-odds into probabilities.
func Softmax(scores [categories]float64) [categories]float64 {
	highest := max(scores[0], scores[1], scores[2])
	var p [categories]float64
	sum := 0.0
	for i, s := range scores {
		p[i] = math.Exp(s - highest)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// Priority labels are weak wherever they were measured, also those that people gave: the best models are
// right in one of two cases. So the confidence stays near that.
const (
	urgencyHigh = 2
	urgencyLow  = -1.2

	minPriorityConfidence = 0.40
	maxPriorityConfidence = 0.55
	confidencePerUrgency  = 0.02
)

// priorityOf returns the priority for an urgency.
func priorityOf(urgency float64) (priority int, confidence float64) {
	switch {
	case urgency >= urgencyHigh:
		return high, priorityConfidence(urgency - urgencyHigh)
	case urgency <= urgencyLow:
		return low, priorityConfidence(urgencyLow - urgency)
	}
	return medium, minPriorityConfidence
}

func priorityConfidence(beyond float64) float64 {
	return min(minPriorityConfidence+confidencePerUrgency*beyond, maxPriorityConfidence)
}
