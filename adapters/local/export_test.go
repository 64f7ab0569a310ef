package local

import "strings"

// UnknownInPairs returns the names in pairs that no concept has.
func UnknownInPairs() []string {
	known := make(map[string]bool)
	for _, c := range newLexicon().concepts {
		known[c.name] = true
	}
	var unknown []string
	for _, p := range pairs {
		for name := range strings.SplitSeq(p.first+"|"+p.second, "|") {
			if !known[name] {
				unknown = append(unknown, name)
			}
		}
	}
	return unknown
}

// CollapsedCues returns the cues of several words of which only one is left without articles: they say less than they seem to.
func CollapsedCues() []string {
	lex := newLexicon()
	var collapsed []string
	for _, c := range lex.cues {
		if strings.Contains(c.label, " ") && !strings.Contains(lex.cueWords(c.label), " ") {
			collapsed = append(collapsed, c.label)
		}
	}
	return collapsed
}

// RepeatedCues returns the cues that stand twice: only the first one counts.
func RepeatedCues() []string {
	lex := newLexicon()
	seen := make(map[string]bool)
	var repeated []string
	for _, c := range lex.concepts {
		for text := range strings.SplitSeq(c.cues, ";") {
			words := lex.cueWords(text)
			if seen[words] {
				repeated = append(repeated, c.name+": "+words)
			}
			seen[words] = true
		}
	}
	return repeated
}
