package answer

import "strings"

// Models think aloud between marks: <think> (DeepSeek-R1 and Qwen3, https://huggingface.co/Qwen/Qwen3-8B),
// <thinking>, <reasoning>, [THINK] (Mistral, https://docs.mistral.ai/capabilities/reasoning/), ◁think▷
// (Kimi), <seed:think>, <|START_THINKING|> (Cohere), <|begin_of_thought|>, and in the channels of gpt-oss
// (https://github.com/ggml-org/llama.cpp/pull/15181) and Gemma. A mark without its counterpart is common: the
// beginning may stand in the prompt, as DeepSeek-R1's chat template has it, and the end may be left out.
var thoughtWords = []string{"think", "thought", "reason", "reflect", "scratchpad", "analysis", "monologue"}

type mark int

const (
	noMark        mark = iota
	thoughtBegins      // the thought ends with the next thoughtEnds
	thoughtEnds
	channelBegins // the thought ends with the next mark of the harmony format
	channelEnds
)

// maxMark is longer than any special token in use.
const maxMark = 48

// brackets enclose marks; a mark never holds a character of never.
var brackets = []struct{ opening, closing, never string }{
	{"<", ">", "{<\n"}, {"[", "]", "{<\n\" "}, {"◁", "▷", "{<\n"},
}

// markLength returns the length of the tag or special token with which s begins; 0 if there is none.
func markLength(s string) int {
	for _, m := range brackets {
		inner, found := strings.CutPrefix(s, m.opening)
		if !found {
			continue
		}
		end := strings.Index(inner[:min(len(inner), maxMark)], m.closing)
		if end < 1 || inner[0] == ' ' || strings.ContainsAny(inner[:end], m.never) {
			return 0
		}
		return len(m.opening) + end + len(m.closing)
	}
	return 0
}

// markAt returns the mark with which s begins, by what it means for thoughts.
func markAt(s string) (length int, what mark) {
	if length = markLength(s); length == 0 {
		return 0, noMark
	}
	name, rest := strings.ToLower(s[:length]), s[length:]
	switch name {
	case "<|channel|>", "<|channel>":
		switch {
		case strings.HasPrefix(rest, "analysis"), strings.HasPrefix(rest, "thought"):
			return length, channelBegins
		case strings.HasPrefix(rest, "final"):
			return length, thoughtEnds
		}
		return length, channelEnds
	case "<|end|>", "<|start|>", "<channel|>":
		return length, channelEnds
	}
	for _, word := range thoughtWords {
		if !strings.Contains(name, word) || s[0] == '[' && word != "think" {
			continue
		}
		if strings.HasPrefix(strings.TrimLeft(name, "<[◁|"), "/") || strings.Contains(name, "end") {
			return length, thoughtEnds
		}
		return length, thoughtBegins
	}
	return length, noMark
}

// passMark goes on after the mark at i, or after the thought that the mark begins. Text before the end of a
// thought without a beginning was a thought, too.
func (f *finder) passMark() {
	length, what := markAt(f.s[f.i:])
	if what == noMark {
		length = 1
	}
	f.i += length
	switch what {
	case thoughtEnds:
		*f = finder{reader: reader{s: f.s, i: f.i, whole: !f.cutOff}, cutOff: f.cutOff, start: f.i}
	case thoughtBegins, channelBegins:
		if end := f.thoughtEnd(what); end >= 0 {
			f.i, f.start = end, end
		} else {
			f.thinking, f.whole = true, false
		}
	}
}

// thoughtEnd returns where the thought that began before i is over; -1 if it never is. What thoughtEnd
// reads is then passed over, or thoughtEnd reads nothing more.
func (f *finder) thoughtEnd(begun mark) int {
	if f.thinking {
		return -1
	}
	for i := f.i; i < len(f.s); {
		n := strings.IndexAny(f.s[i:], "<[◁")
		if n < 0 {
			return -1
		}
		i += n
		length, what := markAt(f.s[i:])
		switch {
		case what == thoughtEnds && begun == thoughtBegins:
			return i + length
		case what != noMark && begun == channelBegins: // of the next channel, which is read for itself
			if what == channelEnds {
				return i + length
			}
			return i
		}
		i++
	}
	return -1
}

// passBareHarmony passes over the thoughts of a harmony answer whose special tokens the server took out:
// analysisWe need to…assistantfinal{…}.
func (f *finder) passBareHarmony() {
	if strings.HasPrefix(f.s, "analysis") {
		if n := strings.LastIndex(f.s, "assistantfinal"); n > 0 {
			f.i = n + len("assistantfinal")
			f.start = f.i
		}
	}
}

// thinksAloud reports whether a text has a mark of thoughts.
func thinksAloud(s string) bool {
	for i := range len(s) {
		if s[i] != '<' && s[i] != '[' && s[i] != "◁"[0] {
			continue
		}
		if _, what := markAt(s[i:]); what != noMark {
			return true
		}
	}
	return false
}
