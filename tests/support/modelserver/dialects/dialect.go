// Package dialects is a catalogue of servers that speak OpenAI's Chat Completions API, each in its own way.
// Every file stands for one of them and names the public documents and reports from which it was written;
// none of it follows from what any client reads.
package dialects

import (
	"slices"
	"testing"

	"ticketd/tests/support/modelserver"
)

// Dialect is one server with one model.
type Dialect struct {
	Name     string
	Base     string            // of OPENAI_BASE_URL, behind the address; every call must have its query
	Model    string            // AI_MODEL
	AnyModel bool              // the name in a request does not matter
	Key      Key               // where the server looks for the key
	Settings map[string]string // what else an operator writes

	Refusals []Refusal // what the server does not take, in the order in which it looks
	Bound    string    // the only parameter that bounds an answer; empty: max_completion_tokens or max_tokens
	Context  int       // tokens of request and answer together; 0: more than any ticket needs
	TooLong  TooLong   // what it says beyond Context
	Thinks   int       // tokens of thoughts before an answer, which the bound includes
	Answer   Answer

	Confidence Confidence
	Paid       int // calls that the first ticket is worth; 0 stands for 1
	Refused    int // the most calls that are refused, unpaid, until the server's ways are known
	Troubles   []Trouble
}

// Key is where a server looks for the key.
type Key int

// The places.
const (
	Bearer  Key = iota // Authorization: Bearer KEY
	APIKey             // api-key: KEY
	NoKey              // nowhere
	XAPIKey            // x-api-key or Authorization, whichever comes
)

// Confidence is where a verdict's confidence can come from.
type Confidence int

// The sources.
const (
	ByTokens Confidence = iota // the tokens' log-probabilities: 0.97 by modelserver.DefaultJudge
	ByModel                    // the figure in the model's answer: 0.9
	Unknown                    // neither
)

// Refusal is nil for a call that the server takes in this respect.
type Refusal func(modelserver.Request) *modelserver.Reply

// TooLong says that so many tokens of a request and so many of its answer do not fit.
type TooLong func(input, answer, context int) *modelserver.Reply

// Answer writes a right answer down. If spent is true, the bound was reached while the model was still
// thinking.
type Answer func(c modelserver.Call, spent bool) document

// Trouble is a way in which a call fails whatever it asks for.
type Trouble struct {
	Name  string
	Code  string // of the record's error
	Reply modelserver.Reply
}

// Unlimited is the size of an answer that nothing bounds.
const Unlimited = 1 << 30

// bound is the most tokens that the answer may have.
func (d Dialect) bound(r modelserver.Request) int {
	switch {
	case r.MaxCompletionTokens != nil && d.Bound != "max_tokens":
		return *r.MaxCompletionTokens
	case r.MaxTokens != nil && d.Bound != "max_completion_tokens":
		return *r.MaxTokens
	default:
		return Unlimited
	}
}

// verdictTokens is what an answer takes beside its thoughts.
const verdictTokens = 80

// Behave answers a call that came through the door.
func (d Dialect) Behave(c modelserver.Call) modelserver.Reply {
	bound := d.bound(c.Request)
	spent := bound < d.Thinks+verdictTokens
	return reply(200, d.Answer(c, spent))
}

// FirstPaid is how many paid calls the first ticket is worth.
func (d Dialect) FirstPaid() int { return max(1, d.Paid) }

// Start starts the server. It lives as long as the test.
func (d Dialect) Start(tb testing.TB) *modelserver.Server {
	tb.Helper()
	s := modelserver.New(tb)
	s.Admit(d.read)
	s.Behave(d.Behave)
	return s
}

// Environment are the settings that an operator writes for the server s.
func (d Dialect) Environment(s *modelserver.Server) map[string]string {
	env := map[string]string{"OPENAI_BASE_URL": s.Address() + d.Base, "OPENAI_API_KEY": modelserver.Key,
		"AI_MODEL": d.Model}
	if d.Key == NoKey {
		delete(env, "OPENAI_API_KEY")
		env["AI_CLASSIFIER"] = "openai"
	}
	for name, value := range d.Settings {
		env[name] = value
	}
	return env
}

// All is the whole catalogue, in a fixed order.
func All() []Dialect { return slices.Clone(all) }

var all = []Dialect{
	openAI, openAIReasoning, openAIO1Mini, azure, azureOld, azureV1,
	ollama, ollamaThinking, ollamaChannels, vllm, vllmOld, vllmThinking, vllmTags, sglang, llamaCpp,
	llamaCppThinking,
	lmStudio, lmStudioThinking, mlx, mlxThinking, mlc, tgi,
	liteLLM, liteLLMTools, liteLLMMarkdown, openRouter, openRouterThinking,
	gemini, geminiThinking, anthropic, mistral, magistral, deepSeek, deepSeekReasoner, deepSeekEntities, groq,
	groqThinking,
	together,
}
