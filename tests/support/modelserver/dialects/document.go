package dialects

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ticketd/tests/support/modelserver"
)

type (
	document map[string]any
	list     []any
)

// reply sends a document as JSON, with < and > as they are.
func reply(status int, d any) modelserver.Reply {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		panic(err) // a mistake in the catalogue
	}
	return modelserver.Reply{Status: status, Body: body.Bytes()}
}

// text sends words that are no JSON.
func text(status int, words string) modelserver.Reply {
	return modelserver.Reply{Status: status, Body: []byte(words),
		Header: map[string]string{"Content-Type": "text/plain; charset=utf-8"}}
}

// after adds Retry-After to a reply.
func after(seconds string, r modelserver.Reply) modelserver.Reply {
	r.Header = map[string]string{"Retry-After": seconds}
	return r
}

// openAIError is OpenAI's document, which many others took over. A nil code or param is null.
func openAIError(status int, message, kind string, param, code any) modelserver.Reply {
	return reply(status, document{"error": document{"message": message, "type": kind, "param": param,
		"code": code}})
}

// refuse answers any request that has one of the parameters.
func refuse(r modelserver.Reply, parameters ...string) Refusal {
	return func(req modelserver.Request) *modelserver.Reply {
		if slices.ContainsFunc(parameters, req.Has) {
			return &r
		}
		return nil
	}
}

// refuseTemperature answers any request whose temperature is not the default.
func refuseTemperature(say func(temperature float64) modelserver.Reply) Refusal {
	return func(req modelserver.Request) *modelserver.Reply {
		if req.Temperature == nil || *req.Temperature == 1 {
			return nil
		}
		return new(say(*req.Temperature))
	}
}

// verdict is the object that the schema describes, on one line.
func verdict(c modelserver.Call) string { return c.Completion().Content }

// pretty is verdict over several lines, as small models write it.
func pretty(c modelserver.Call) string {
	v := c.Verdict
	return fmt.Sprintf("{\n  \"category\": %q,\n  \"priority\": %q,\n  \"confidence\": %g,\n  "+
		"\"priority_confidence\": %g,\n  \"reason\": %q\n}",
		v.Category, v.Priority, v.Confidence, v.PriorityConfidence, v.Reason)
}

// short has no more than was asked for in words.
func short(c modelserver.Call) string {
	return fmt.Sprintf(`{"category": %q, "priority": %q, "confidence": %g}`, c.Verdict.Category,
		c.Verdict.Priority, c.Verdict.Confidence)
}

// labels is the least that is a verdict.
func labels(c modelserver.Call) string {
	return fmt.Sprintf(`{"category": %q, "priority": %q}`, c.Verdict.Category, c.Verdict.Priority)
}

func fenced(s string) string { return "```json\n" + s + "\n```" }

// thoughts hold a verdict that the model drops again.
func thoughts(c modelserver.Call) string {
	other := map[string]string{"billing": "technical", "technical": "general",
		"general": "billing"}[c.Verdict.Category]
	return "The customer writes about something. My first idea is\n" +
		fmt.Sprintf(`{"category": %q, "priority": "low"}`, other) +
		"\nbut on a second look the words say something else.\n"
}

// logprobs is OpenAI's list for the content, or nil if nobody asked for it.
func logprobs(c modelserver.Call, content string) any {
	if c.Request.Logprobs == nil || !*c.Request.Logprobs {
		return nil
	}
	done := c.Completion()
	done.Content = content
	return document{"content": json.RawMessage(done.Tokens()), "refusal": nil}
}

// completion is the envelope with one choice.
func completion(c modelserver.Call, choice document, more ...document) document {
	answer := 40
	if said, err := json.Marshal(choice); err == nil {
		answer += len(said) / 40
	}
	d := document{
		"id": "chatcmpl-" + strings.Repeat("4f", 8), "object": "chat.completion", "created": 1764201600,
		"model": c.Request.Model, "choices": list{choice},
		"usage": document{"prompt_tokens": c.Request.InputTokens(), "completion_tokens": answer,
			"total_tokens": c.Request.InputTokens() + answer},
	}
	for _, m := range more {
		for name, value := range m {
			d[name] = value
		}
	}
	return d
}

// says is a choice of one message.
func says(message document, finish any) document {
	message["role"] = "assistant"
	return document{"index": 0, "message": message, "finish_reason": finish}
}

// with adds members to a document.
func (d document) with(name string, value any) document {
	d[name] = value
	return d
}

// without takes members from a document.
func (d document) without(names ...string) document {
	for _, name := range names {
		delete(d, name)
	}
	return d
}

// capital is a label as some models write it.
func capital(label string) string { return strings.ToUpper(label[:1]) + label[1:] }
