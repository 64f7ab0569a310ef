package evaluation

import (
	"crypto/sha256"
	"encoding/hex"
	"math"

	"ticketd/domain"
)

// Comparison sets two classifiers side by side on the same tickets, by category. A fallback counts as wrong.
type Comparison struct {
	BothRight int    `json:"both_right"`
	BothWrong []Flip `json:"both_wrong"`
	Won       []Flip `json:"won"`  // wrong before, right now
	Lost      []Flip `json:"lost"` // right before, wrong now
	// McNemarP is the probability of won and lost being so far apart, or further, if both classifiers were
	// equally good (McNemar 1947, the exact test of the binomial distribution, two-sided).
	McNemarP float64 `json:"mcnemar_p"`
	// Missing counts tickets that only one of the two has seen.
	Missing int `json:"missing"`
}

// Flip is one ticket on which at least one of the two is wrong. A fallback's label is empty.
type Flip struct {
	ID     string `json:"id"`
	Right  string `json:"right"`
	Before string `json:"before"`
	Now    string `json:"now"`
}

// Prediction is the part of an outcome that a comparison needs.
type Prediction struct {
	ID       string
	TextHash string
	Right    string
	Category string // empty for a fallback
}

// PredictionsOf returns one prediction per outcome.
func PredictionsOf(outcomes []Outcome) []Prediction {
	predictions := make([]Prediction, len(outcomes))
	for i, o := range outcomes {
		predictions[i] = Prediction{
			ID: o.Ticket.ID, TextHash: TextHash(o.Ticket.Text),
			Right: o.Ticket.Category.String(), Category: o.Answer.Verdict.Category().String(),
		}
	}
	return predictions
}

// TextHash tells texts apart without repeating them.
func TextHash(t domain.Text) string {
	digest := sha256.Sum256([]byte(t.Title() + "\x00" + t.Description()))
	return hex.EncodeToString(digest[:8])
}

// Compare pairs the tickets by ID, in the order of now.
func Compare(before, now []Prediction) Comparison {
	old := make(map[string]Prediction, len(before))
	for _, s := range before {
		old[s.ID] = s
	}
	c := Comparison{BothWrong: []Flip{}, Won: []Flip{}, Lost: []Flip{}}
	paired := 0
	for _, n := range now {
		b, found := old[n.ID]
		if !found {
			c.Missing++
			continue
		}
		paired++
		flip := Flip{n.ID, n.Right, b.Category, n.Category}
		switch was, is := b.Category == n.Right, n.Category == n.Right; {
		case was && is:
			c.BothRight++
		case is:
			c.Won = append(c.Won, flip)
		case was:
			c.Lost = append(c.Lost, flip)
		default:
			c.BothWrong = append(c.BothWrong, flip)
		}
	}
	c.Missing += len(old) - paired
	c.McNemarP = signTest(len(c.Won), len(c.Lost))
	return c
}

// signTest is the two-sided exact test that a and b are draws of a fair coin.
func signTest(a, b int) float64 {
	n, least := a+b, min(a, b)
	tail := 0.0
	for k := range least + 1 {
		tail += math.Exp(logChoose(n, k) - float64(n)*math.Ln2)
	}
	return min(1, 2*tail)
}

func logChoose(n, k int) float64 {
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	return lg(n) - lg(k) - lg(n-k)
}
