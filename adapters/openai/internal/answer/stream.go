package answer

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// nonFinite matches the figures that Python's writers of JSON let through, such as the log-probability of
// an impossible token.
var nonFinite = regexp.MustCompile(`([\[:,]\s*)(-?Infinity|NaN)\b`)

// decode also takes what is nearly JSON, and a stream of chunks from a server that streams unasked. The
// positions in the completion refer to the returned body.
func decode(body []byte) (completion, []byte, error) {
	body = bytes.Trim(body, " \t\r\n\ufeff")
	for _, field := range []string{"data:", "event:", ":"} {
		if bytes.HasPrefix(body, []byte(field)) {
			return decodeStream(body)
		}
	}
	var c completion
	err := json.Unmarshal(body, &c, lenient())
	if err != nil && nonFinite.Match(body) {
		body = nonFinite.ReplaceAll(body, []byte("$1-9999")) // OpenAI's own figure for "impossible"
		c = completion{}
		err = json.Unmarshal(body, &c, lenient())
	}
	if err != nil {
		return c, nil, bad("it is not a chat completion") // err may quote the body
	}
	return c, body, nil
}

// decodeStream joins the chunks of server-sent events
// (https://platform.openai.com/docs/api-reference/chat-streaming). Blank comments keep the line open
// (https://openrouter.ai/docs/api-reference/streaming).
func decodeStream(body []byte) (completion, []byte, error) {
	var whole completion
	var answer, thoughts strings.Builder
	var end jsontext.Value
	for line := range bytes.Lines(body) {
		data, found := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		if data = bytes.TrimSpace(data); !found || len(data) == 0 || data[0] != '{' {
			continue
		}
		var chunk completion
		if json.Unmarshal(data, &chunk, lenient()) != nil {
			return whole, nil, bad("it is not a chat completion")
		}
		if len(chunk.Model) > 0 {
			whole.Model = chunk.Model
		}
		if chunk.Usage.Kind() == '{' {
			whole.Usage = chunk.Usage
		}
		if len(chunk.Choices) == 0 {
			continue
		}
		one := chunk.Choices[0]
		m := one.message()
		content := textsOf(m.Content, maxParts)
		answer.WriteString(content.answer)
		thoughts.WriteString(m.thoughts(content))
		if one.FinishReason.Kind() == '"' {
			end = one.FinishReason
		}
	}
	m := message{parts{Content: quote(answer.String()), Reasoning: quote(thoughts.String())}}
	whole.Choices = choices{{FinishReason: end, Message: m}}
	return whole, nil, nil
}

// quote replaces bad UTF-8, the only thing that could fail.
func quote(s string) jsontext.Value {
	quoted, _ := jsontext.AppendQuote(nil, s)
	return quoted
}
