package answer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// spoken is what a value says: the answer, the thoughts that stand apart from it, and a refusal.
type spoken struct{ answer, thoughts, refusal string }

// maxParts is how deep parts are looked for in parts: Mistral's thoughts are a list within a part.
const maxParts = 3

// text returns what a value says to the reader of the answer.
func text(v jsontext.Value) string { return speech(v, maxParts).answer }

// speech reads a string, or a list of typed parts
// (https://platform.openai.com/docs/api-reference/chat/create). Parts that hold thoughts are those of Mistral
// (https://docs.mistral.ai/capabilities/reasoning/), Anthropic and OpenRouter
// (https://openrouter.ai/docs/use-cases/reasoning-tokens). A part without a text may be the answer itself,
// which some servers read and write anew.
func speech(v jsontext.Value, depth int) (s spoken) {
	switch {
	case v.Kind() == '"':
		unquoted, _ := jsontext.AppendUnquote(nil, v) // what is no UTF-8 is replaced
		s.answer = string(unquoted)
	case depth == 0:
	case v.Kind() == '[':
		var items []jsontext.Value
		if json.Unmarshal(v, &items, lenient()) != nil {
			return spoken{}
		}
		var answer, thoughts, refusal strings.Builder
		for _, item := range items {
			one := speech(item, depth-1)
			answer.WriteString(one.answer)
			thoughts.WriteString(one.thoughts)
			refusal.WriteString(one.refusal)
		}
		return spoken{answer.String(), thoughts.String(), refusal.String()}
	case v.Kind() == '{':
		return partSpeech(v, depth)
	}
	return s
}

func partSpeech(v jsontext.Value, depth int) spoken {
	var p struct {
		Type, Text, Content, Thinking, Reasoning, Summary, Refusal, Thought jsontext.Value
	}
	if json.Unmarshal(v, &p, lenient(), json.MatchCaseInsensitiveNames(true)) != nil {
		return spoken{}
	}
	refusal := text(p.Refusal)
	said := speech(p.Text, depth-1)
	kind := strings.ToLower(text(p.Type))
	for _, other := range []jsontext.Value{p.Content, p.Thinking, p.Reasoning, p.Summary} {
		if said.answer == "" && kind != "" {
			said = speech(other, depth-1)
		}
	}
	thought := func(word string) bool { return strings.Contains(kind, word) }
	switch {
	case string(p.Thought) == "true" || slices.ContainsFunc(thoughtWords, thought):
		return spoken{thoughts: said.answer + said.thoughts}
	case len(p.Text)+len(p.Content)+len(p.Refusal) == 0:
		return spoken{answer: string(v)}
	}
	return spoken{said.answer, said.thoughts, refusal}
}

// thoughts returns what a server took for the model's thoughts.
func (p parts) thoughts(content spoken) string {
	for _, v := range []jsontext.Value{p.ReasoningContent, p.Reasoning, p.Thinking, p.ReasoningDetails} {
		if s := speech(v, maxParts); s.answer+s.thoughts != "" {
			return s.answer + s.thoughts
		}
	}
	return content.thoughts
}

type toolCall struct {
	Function  toolFunction   `json:"function"`
	Arguments jsontext.Value `json:"arguments"` // of servers that leave out the function
}

type toolFunction struct {
	Arguments jsontext.Value `json:"arguments"` // a string by the specification, an object by some servers
}

// calls returns the arguments of the tools that the model wants called.
func (p parts) calls() (arguments []string) {
	var list []jsontext.Value
	if p.ToolCalls.Kind() == '[' && json.Unmarshal(p.ToolCalls, &list, lenient()) != nil {
		list = nil
	}
	for _, v := range append(list, p.FunctionCall) {
		var call toolCall
		if v.Kind() != '{' || json.Unmarshal(v, &call, lenient()) != nil {
			continue
		}
		switch a := cmp.Or(string(call.Function.Arguments), string(call.Arguments)); {
		case strings.HasPrefix(a, `"`):
			arguments = append(arguments, text(jsontext.Value(a)))
		case a != "":
			arguments = append(arguments, a)
		}
	}
	return arguments
}
