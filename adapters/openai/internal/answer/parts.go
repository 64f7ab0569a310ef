package answer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// texts are those of a value: the answer, the thoughts that stand apart from it, and a refusal.
type texts struct{ answer, thoughts, refusal string }

// maxParts is how deep parts are looked for in parts: Mistral's thoughts are a list within a part.
const maxParts = 3

// text returns the value's text for the reader of the answer.
func text(v jsontext.Value) string { return textsOf(v, maxParts).answer }

// textsOf reads a string, or a list of typed parts
// (https://platform.openai.com/docs/api-reference/chat/create). Parts with thoughts are those of Mistral
// (https://docs.mistral.ai/capabilities/reasoning/), Anthropic and OpenRouter
// (https://openrouter.ai/docs/use-cases/reasoning-tokens). A part without a text may be the answer itself,
// which some servers parse and write anew.
func textsOf(v jsontext.Value, depth int) texts {
	switch {
	case v.Kind() == '"':
		unquoted, _ := jsontext.AppendUnquote(nil, v) // bad UTF-8 is replaced
		return texts{answer: string(unquoted)}
	case depth == 0:
	case v.Kind() == '[':
		return listTexts(v, depth)
	case v.Kind() == '{':
		return partTexts(v, depth)
	}
	return texts{}
}

func listTexts(v jsontext.Value, depth int) texts {
	var items []jsontext.Value
	if json.Unmarshal(v, &items, lenient()) != nil {
		return texts{}
	}
	var answer, thoughts, refusal strings.Builder
	for _, item := range items {
		one := textsOf(item, depth-1)
		answer.WriteString(one.answer)
		thoughts.WriteString(one.thoughts)
		refusal.WriteString(one.refusal)
	}
	return texts{answer.String(), thoughts.String(), refusal.String()}
}

func partTexts(v jsontext.Value, depth int) texts {
	var p struct {
		Type, Text, Content, Thinking, Reasoning, Summary, Refusal, Thought jsontext.Value
	}
	if json.Unmarshal(v, &p, lenient(), json.MatchCaseInsensitiveNames(true)) != nil {
		return texts{}
	}
	own := textsOf(p.Text, depth-1)
	kind := strings.ToLower(text(p.Type))
	for _, other := range []jsontext.Value{p.Content, p.Thinking, p.Reasoning, p.Summary} {
		if own.answer == "" && kind != "" {
			own = textsOf(other, depth-1)
		}
	}
	ofThought := func(word string) bool { return strings.Contains(kind, word) }
	switch {
	case string(p.Thought) == "true" || slices.ContainsFunc(thoughtWords, ofThought):
		return texts{thoughts: own.answer + own.thoughts}
	case len(p.Text)+len(p.Content)+len(p.Refusal) == 0:
		return texts{answer: string(v)}
	}
	return texts{own.answer, own.thoughts, text(p.Refusal)}
}

// thoughts returns what the server took for the model's thoughts.
func (p parts) thoughts(content texts) string {
	for _, v := range []jsontext.Value{p.ReasoningContent, p.Reasoning, p.Thinking, p.ReasoningDetails} {
		if t := textsOf(v, maxParts); t.answer+t.thoughts != "" {
			return t.answer + t.thoughts
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

// calls returns the arguments of the tool calls.
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
