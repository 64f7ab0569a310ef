package modelserver

import "strings"

// Verdict is the model's opinion of a ticket.
type Verdict struct {
	Category, Priority             string
	Confidence, PriorityConfidence float64 // the model's own figures, as its answer says them
	// CategoryShare and PriorityShare are what the token log-probabilities give the label among the closed list;
	// 0: the own figure.
	CategoryShare, PriorityShare float64
	Reason                       string
}

// Judge finds the verdict in a ticket's text. It must be safe for concurrent use.
type Judge func(title, description string) Verdict

// DefaultJudge decides by the first word that it knows: "refund", "invoice" are billing, "error", "crash"
// technical, all else general; "urgent" is high, "whenever" low, all else medium.
func DefaultJudge(title, description string) Verdict {
	v := Verdict{
		Category: "general", Priority: "medium", Confidence: 0.9, PriorityConfidence: 0.8,
		CategoryShare: 0.97, PriorityShare: 0.75, Reason: "Decided by the words of the imitation.",
	}
	text := strings.ToLower(title + "\n" + description)
	v.Category = firstWord(text, v.Category, "refund", "billing", "invoice", "billing", "error", "technical",
		"crash", "technical")
	v.Priority = firstWord(text, v.Priority, "urgent", "high", "whenever", "low")
	return v
}

func firstWord(text, otherwise string, wordsAndLabels ...string) string {
	for i := 0; i < len(wordsAndLabels); i += 2 {
		if strings.Contains(text, wordsAndLabels[i]) {
			return wordsAndLabels[i+1]
		}
	}
	return otherwise
}

// Always returns the same verdict for every ticket.
func Always(v Verdict) Judge { return func(string, string) Verdict { return v } }
