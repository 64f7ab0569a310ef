package modelserver

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxRequest is far above the longest ticket with its prompt.
const maxRequest = 1 << 20

// Message is one turn of the conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// ResponseFormat asks for JSON, bound by a schema or not.
type ResponseFormat struct {
	Type       string `json:"type"`
	JSONSchema *struct {
		Name   string         `json:"name"`
		Strict bool           `json:"strict"`
		Schema jsontext.Value `json:"schema"`
	} `json:"json_schema"`
}

// Request is the part of the API that a classifier needs; the server refuses the rest by name.
type Request struct {
	Model               string          `json:"model"`
	Messages            []Message       `json:"messages"`
	Temperature         *float64        `json:"temperature"`
	Logprobs            *bool           `json:"logprobs"`
	TopLogprobs         *int            `json:"top_logprobs"`
	MaxCompletionTokens *int            `json:"max_completion_tokens"`
	MaxTokens           *int            `json:"max_tokens"`
	ResponseFormat      *ResponseFormat `json:"response_format"`
	ReasoningEffort     *string         `json:"reasoning_effort"`
	Raw                 []byte          `json:"-"`
}

// Has reports whether the request uses the parameter; "json_schema" and "json_object" stand for a
// response_format of that type, "system" for a message of that role.
func (r Request) Has(name string) bool {
	switch name {
	case "temperature":
		return r.Temperature != nil
	case "logprobs":
		return r.Logprobs != nil
	case "top_logprobs":
		return r.TopLogprobs != nil
	case "max_completion_tokens":
		return r.MaxCompletionTokens != nil
	case "max_tokens":
		return r.MaxTokens != nil
	case "response_format":
		return r.ResponseFormat != nil
	case "json_schema", "json_object":
		return r.ResponseFormat != nil && r.ResponseFormat.Type == name
	case "reasoning_effort":
		return r.ReasoningEffort != nil
	case "system":
		return slices.ContainsFunc(r.Messages, func(m Message) bool { return m.Role == "system" })
	default:
		return false
	}
}

// ticket reads the last message as {"title": …, "description": …}, or its last line if instructions stand
// before it; anything else is all description.
func (r Request) ticket() (title, description string) {
	last := r.Messages[len(r.Messages)-1].Content
	var t struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	}
	line := last[strings.LastIndexByte(last, '\n')+1:]
	if json.Unmarshal([]byte(last), &t) != nil && json.Unmarshal([]byte(line), &t) != nil {
		return "", last
	}
	return t.Title, t.Description
}

// InputTokens returns what the request takes of the model's context, at about four bytes per token.
func (r Request) InputTokens() int { return len(r.Raw) / 4 }

// Door reads a request as a server does before any model is asked: path, method, key, body. A reply
// refuses it.
type Door func(*http.Request) (Request, *Reply)

// readRequest is OpenAI's door.
func readRequest(r *http.Request) (Request, *Reply) {
	if path.Clean(r.URL.Path) != "/v1/chat/completions" {
		return Request{}, problem(http.StatusNotFound, "invalid_request_error", "unknown_url", "",
			"Unknown request URL")
	}
	if r.Method != http.MethodPost {
		return Request{}, problem(http.StatusMethodNotAllowed, "invalid_request_error", "method_not_supported", "",
			"Not allowed to "+r.Method)
	}
	if key := r.Header.Get("Authorization"); key != "Bearer "+Key {
		return Request{}, wrongKey(key)
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil ||
		media != "application/json" {
		return Request{}, refused("", "you must provide the header 'Content-Type: application/json'")
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil || len(raw) > maxRequest {
		return Request{}, refused("", "could not read the body of your request")
	}
	req := Request{Raw: raw}
	if err := json.Unmarshal(raw, &req, json.RejectUnknownMembers(true)); err != nil {
		return Request{}, undecodable(err)
	}
	if param, why := req.complaint(); why != "" {
		return Request{}, refused(param, why)
	}
	return req, nil
}

func undecodable(err error) *Reply {
	if e, ok := errors.AsType[*json.SemanticError](err); ok {
		name := strings.TrimPrefix(string(e.JSONPointer), "/")
		if errors.Is(err, json.ErrUnknownName) {
			return refused("", "Unrecognized request argument supplied: "+name)
		}
		return refused(name, fmt.Sprintf("Invalid type for '%s'", name))
	}
	return refused("", "We could not parse the JSON body of your request")
}
