package openai

import "strings"

// thoughts are the marks between which models think aloud, in lower case. An unmatched closing mark ends thoughts whose beginning
// stands in the prompt, as DeepSeek-R1's chat template has it.
//
// Sources: DeepSeek-R1 and Qwen3 model cards (think); Mistral's Magistral ([THINK]); Kimi (◁think▷); Seed-OSS (seed:think); the harmony
// format of gpt-oss (https://cookbook.openai.com/articles/openai-harmony); Gemma (<|channel>thought).
var thoughts = []struct{ open, closing string }{
	{"<think>", "</think>"}, {"<thinking>", "</thinking>"}, {"<thought>", "</thought>"}, {"<thoughts>", "</thoughts>"},
	{"<reasoning>", "</reasoning>"}, {"<reflection>", "</reflection>"}, {"<analysis>", "</analysis>"}, {"<scratchpad>", "</scratchpad>"},
	{"[think]", "[/think]"}, {"◁think▷", "◁/think▷"}, {"<seed:think>", "</seed:think>"},
	{"<|begin_of_thought|>", "<|end_of_thought|>"}, {"<|channel>thought", "<channel|>"},
	{"<|channel|>analysis", "<|end|>"},
}

type mark int

const (
	noMark mark = iota
	beginsThought
	endsThought
)

// mark reports whether a mark stands at i. end is where the thought that it begins is over, 0 if it never is.
func (f *finder) mark(i int) (end int, what mark) {
	s := f.s
	if s[i] != '<' && s[i] != '[' && !strings.HasPrefix(s[i:], "◁") && s[i] != 'a' {
		return 0, noMark
	}
	if i == 0 && strings.HasPrefix(s, "analysis") {
		// The harmony format after a server stripped its special tokens: analysis…assistantfinal…
		if n := strings.LastIndex(s, "assistantfinal"); n > 0 {
			return n + len("assistantfinal"), beginsThought
		}
	}
	for _, t := range thoughts {
		switch {
		case hasPrefixFold(s[i:], t.open):
			n := indexFold(s[i+len(t.open):], t.closing)
			if n < 0 {
				f.work += len(s) - i
				return 0, beginsThought
			}
			return i + len(t.open) + n + len(t.closing), beginsThought
		case hasPrefixFold(s[i:], t.closing):
			return 0, endsThought
		}
	}
	return 0, noMark
}

// markLength is that of the mark at the beginning of s.
func markLength(s string) int {
	for _, t := range thoughts {
		if hasPrefixFold(s, t.open) {
			return len(t.open)
		}
		if hasPrefixFold(s, t.closing) {
			return len(t.closing)
		}
	}
	return 1
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// indexFold is strings.Index without regard to the case of ASCII letters.
func indexFold(s, sub string) int {
	for i := 0; ; {
		n := strings.IndexByte(s[i:], sub[0])
		if n < 0 {
			return -1
		}
		if i += n; hasPrefixFold(s[i:], sub) {
			return i
		}
		i++
	}
}

// onlyMarks reports whether nothing but blanks, fences and special tokens such as </s> or <|im_end|> follows an answer.
func onlyMarks(s string) bool {
	for {
		s = strings.Trim(s, " \t\r\n`~\ufeff")
		if s == "" {
			return true
		}
		end := strings.IndexAny(s, ">]")
		if s[0] != '<' && s[0] != '[' || end < 0 || end > maxMark || strings.ContainsAny(s[:end], " {\n") {
			return false
		}
		s = s[end+1:]
	}
}

// maxMark is longer than any special token in use.
const maxMark = 32
