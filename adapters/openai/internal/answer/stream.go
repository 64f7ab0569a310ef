package answer

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// nonFinite are figures that Python's writers of JSON let through. Log-probabilities of impossible tokens are
// among them.
var nonFinite = regexp.MustCompile(`([\[:,]\s*)(-?Infinity|NaN)\b`)

// decode also takes what is nearly JSON, and a stream of chunks from a server that streams unasked. The
// returned body is what the positions in the completion refer to.
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
	var said, thought strings.Builder
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
		content := speech(m.Content, maxParts)
		said.WriteString(content.answer)
		thought.WriteString(m.thoughts(content))
		if one.FinishReason.Kind() == '"' {
			end = one.FinishReason
		}
	}
	m := message{parts{Content: quote(said.String()), Reasoning: quote(thought.String())}}
	whole.Choices = choices{{FinishReason: end, Message: m}}
	return whole, nil, nil
}
