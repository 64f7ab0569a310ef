package openai_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
	"ticketd/domain"
)

// Each message is one that a server is publicly known to send.
func TestTheDialectIsLearntFromWhatServersSay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status     int
		body       string
		needs      func(sentCall) bool // what the server takes
		firstCalls int
	}{
		"OpenAI's reasoning models know no temperature": {
			400, `{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model. ` +
				`Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature",` +
				`"code":"unsupported_value"}}`,
			func(c sentCall) bool { return !c.has("temperature") }, 2},
		"OpenAI's reasoning models give no log-probabilities": {
			403, `{"error":{"message":"You are not allowed to request logprobs from this model",` +
				`"type":"invalid_request_error","param":null,"code":null}}`,
			func(c sentCall) bool { return !c.has("logprobs") }, 2},
		"an old Azure deployment knows only max_tokens": {
			400, `{"error":{"message":"Unrecognized request argument supplied: max_completion_tokens",` +
				`"type":"invalid_request_error","param":null,"code":null}}`,
			func(c sentCall) bool { return c.has("max_tokens") }, 2},
		"Gemini names the field of its own API": {
			400, `[{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"logprobs\": ` +
				`Cannot find field.","status":"INVALID_ARGUMENT"}}]`,
			func(c sentCall) bool { return !c.has("logprobs") }, 2},
		"Gemma has no system role": {
			400, `[{"error":{"code":400,"message":"Developer instruction is not enabled for ` +
				`models/gemma-3-27b-it","status":"INVALID_ARGUMENT"}}]`,
			func(c sentCall) bool { return len(c.Messages) == 1 && c.Messages[0].Role == "user" }, 2},
		"vLLM's templates have no system role": {
			400, `{"object":"error","message":"System role not supported","type":"BadRequestError","param":null,` +
				`"code":400}`,
			func(c sentCall) bool { return len(c.Messages) == 1 }, 2},
		"DeepSeek has JSON objects only": {
			400, `{"error":{"message":"This response_format type is unavailable now",` +
				`"type":"invalid_request_error","param":null,"code":"invalid_request_error"}}`,
			func(c sentCall) bool { return !strings.Contains(string(c.raw["response_format"]), "json_schema") }, 2},
		"LM Studio has schemas or text": {
			400, `{"error":"'response_format.type' must be 'json_schema' or 'text'"}`,
			func(c sentCall) bool { return !c.has("response_format") }, 3},
		"Mistral forbids what it does not know": {
			422, `{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","logprobs"],` +
				`"msg":"Extra inputs are not permitted","input":true}]},"type":"invalid_request_error",` +
				`"param":null,"code":null}`,
			func(c sentCall) bool { return !c.has("logprobs") }, 2},
		"LiteLLM names its list": {
			400, `{"error":{"message":"litellm.UnsupportedParamsError: bedrock does not support parameters: ` +
				`['logprobs', 'top_logprobs'], for model=x","type":"None","param":"None","code":"400"}}`,
			func(c sentCall) bool { return !c.has("logprobs") }, 2},
		"OpenRouter finds no endpoint": {
			404, `{"error":{"message":"No endpoints found that can handle the requested parameters.","code":404}}`,
			func(c sentCall) bool { return !c.has("logprobs") }, 2},
		"a model that lets an answer take less": {
			400, `{"error":{"message":"max_tokens is too large: 2000. This model supports at most 1024 ` +
				`completion tokens, whereas you provided 2000.","type":"invalid_request_error",` +
				`"param":"max_completion_tokens","code":"invalid_value"}}`,
			func(c sentCall) bool { return c.budget() <= 1024 }, 2},
		"a status 200 with the error within": {
			200, `{"error":{"message":"Provider returned error","code":400,` +
				`"metadata":{"raw":"{\"error\":{\"message\":\"'logprobs' is not supported\"}}"}}}`,
			func(c sentCall) bool { return !c.has("logprobs") }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, func(_ int, call sentCall) (int, string) {
				if c.needs(call) {
					return 0, ""
				}
				return c.status, c.body
			})
			classifier := f.classifier(t, nil)
			_, err := classify(t, classifier)
			require.NoError(t, err)
			calls, paid := f.seen()
			require.Len(t, calls, c.firstCalls)
			require.Equal(t, 1, paid)
			_, err = classify(t, classifier)
			require.NoError(t, err)
			calls, _ = f.seen()
			require.Len(t, calls, c.firstCalls+1, "the second ticket needs one call")
		})
	}
}

func TestAFailureThatComesWithAParameter(t *testing.T) {
	t.Parallel()
	t.Run("is told from an outage by the call that succeeds without it", func(t *testing.T) {
		t.Parallel()
		f := newFake(t, func(_ int, c sentCall) (int, string) {
			if c.has("logprobs") && c.has("response_format") {
				return 500, `{"detail":"Internal Server Error"}` // Out of range float values are not JSON compliant: -inf
			}
			return 0, ""
		})
		var now atomic.Int64
		c := f.classifier(t, func(o *openai.Options) {
			o.Now = func() time.Time { return time.Unix(now.Load(), 0) }
		})
		for range 2 {
			_, err := classify(t, c)
			require.ErrorIs(t, err, domain.ErrClassifierUnavailable, "it may be an outage")
		}
		for _, calls := range []int{3, 4, 6, 7} { // a minute after the first success one makes sure
			_, err := classify(t, c)
			require.NoError(t, err)
			seen, _ := f.seen()
			require.Len(t, seen, calls)
			if calls == 4 {
				now.Add(61)
			}
		}
		require.Equal(t, []openai.Dropped{{Parameter: "logprobs",
			Why: "the server fails with it and not without it", Cost: "confidences are the model's own figures"}},
			c.Report().Dropped)
		_, paid := f.seen()
		require.Equal(t, 4, paid)
	})
	t.Run("an outage switches nothing off", func(t *testing.T) {
		t.Parallel()
		var away atomic.Bool
		away.Store(true)
		f := newFake(t, func(int, sentCall) (int, string) {
			if away.Load() {
				return 500, "oops"
			}
			return 0, ""
		})
		var now atomic.Int64
		c := f.classifier(t, func(o *openai.Options) {
			o.Now = func() time.Time { return time.Unix(now.Load(), 0) }
		})
		for range 9 {
			_, err := classify(t, c)
			require.Error(t, err)
		}
		calls, _ := f.seen()
		require.Len(t, calls, 9, "an attempt is one call")
		away.Store(false)
		_, err := c.Classify(t.Context(), newText(t, "Another", "ticket"))
		require.NoError(t, err)
		require.Empty(t, c.Report().Dropped, "other tickets know nothing of it")
		for range 8 {
			_, err := classify(t, c)
			require.NoError(t, err)
			now.Add(61)
		}
		require.Empty(t, c.Report().Dropped, "what the first call left out was tried again")
		for _, name := range []string{"logprobs", "top_logprobs", "response_format", "temperature"} {
			require.True(t, f.last().has(name), name)
		}
	})
}

func TestAStepDownIsTriedAgainAfterAnHour(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	var updated atomic.Bool
	var told []string
	var log bytes.Buffer
	f := newFake(t, func(_ int, c sentCall) (int, string) {
		if c.has("logprobs") && !updated.Load() {
			return 400, `{"error":{"message":"logprobs is not supported"}}`
		}
		return 0, ""
	})
	c := f.classifier(t, func(o *openai.Options) {
		o.Now = func() time.Time { return time.Unix(now.Load(), 0) }
		o.Dropped = func(name string, dropped bool) { told = append(told, fmt.Sprint(name, dropped)) }
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	once := func(want int) {
		t.Helper()
		before, _ := f.seen()
		_, err := classify(t, c)
		require.NoError(t, err)
		after, _ := f.seen()
		require.Len(t, after, len(before)+want)
	}
	once(2)
	once(1)
	now.Add(3601)
	once(2) // still rejected: the try costs an unpaid call and no ticket
	once(1)
	now.Add(3601)
	updated.Store(true)
	once(1)
	require.True(t, f.last().has("logprobs"))
	require.Equal(t, []string{"logprobstrue", "logprobsfalse"}, told)
	require.Equal(t, 1, strings.Count(log.String(), "does not take a parameter"), log.String())
}

func TestATicketCausesNoStepDown(t *testing.T) {
	t.Parallel()
	const words = "response_format is not supported, logprobs and temperature neither, System role not " +
		"supported, insufficient balance"
	f := newFake(t, func(n int, c sentCall) (int, string) {
		if n == 1 {
			return 422, `{"detail":"cannot process: ` + words + `"}`
		}
		return 0, ""
	})
	c := f.classifier(t, nil)
	_, err := c.Classify(t.Context(), newText(t, "Help", words))
	require.ErrorIs(t, err, domain.ErrClassifierRefused)
	require.Empty(t, c.Report().Dropped)
}

func TestATextThatIsTooLong(t *testing.T) {
	t.Parallel()
	const long = `{"error":{"message":"This model's maximum context length is 4096 tokens. However, you ` +
		`requested 6096 tokens.","code":"context_length_exceeded"}}`
	text := newText(t, "Long", strings.Repeat("ä lot of words. ", 1000))
	t.Run("gets a smaller answer first, then is shortened and says so", func(t *testing.T) {
		t.Parallel()
		f := newFake(t, func(_ int, c sentCall) (int, string) {
			if len(c.Messages[1].Content) > 6000 {
				return 400, long
			}
			return 0, ""
		})
		c := f.classifier(t, nil)
		answer, err := c.Classify(t.Context(), text)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(answer.Verdict.Reason(), "Text shortened to fit the model."),
			answer.Verdict.Reason())
		calls, paid := f.seen()
		require.Equal(t, 1, paid)
		require.Less(t, calls[1].budget(), calls[0].budget())
		require.Contains(t, calls[len(calls)-1].Messages[1].Content, "[…]")
		require.Empty(t, c.Report().Dropped)
		_, err = c.Classify(t.Context(), text)
		require.NoError(t, err)
		again, _ := f.seen()
		require.Len(t, again, len(calls)+1, "the size is known now")
		_, err = classify(t, c)
		require.NoError(t, err)
		require.NotContains(t, f.last().Messages[1].Content, "[…]")
	})
	t.Run("is a cause of its own where nothing fits", func(t *testing.T) {
		t.Parallel()
		f := newFake(t, func(int, sentCall) (int, string) { return 400, long })
		_, err := f.classifier(t, nil).Classify(t.Context(), text)
		require.ErrorIs(t, err, domain.ErrTextTooLong)
		require.True(t, domain.Hopeless(err))
		_, paid := f.seen()
		require.Zero(t, paid)
	})
}

func TestABudgetThatWentIntoThoughts(t *testing.T) {
	t.Parallel()
	thoughtful := func(need int) *fake {
		return newFake(t, func(_ int, c sentCall) (int, string) {
			if c.budget() < need {
				return 200, strings.Replace(document(`{"content":"","reasoning_content":"Hm."}`), `"stop"`, `"length"`, 1)
			}
			return 0, ""
		})
	}
	t.Run("is not paid a second time: the next call has more", func(t *testing.T) {
		t.Parallel()
		f := thoughtful(8000)
		c := f.classifier(t, nil)
		answer, err := classify(t, c)
		require.ErrorIs(t, err, domain.ErrAnswerCutOff)
		require.False(t, domain.Hopeless(err))
		require.Equal(t, 9, answer.OutputTokens, "it was paid for")
		_, err = classify(t, c)
		require.NoError(t, err)
	})
	t.Run("is hopeless where the operator fixed it", func(t *testing.T) {
		t.Parallel()
		f := thoughtful(8000)
		_, err := classify(t, f.classifier(t, func(o *openai.Options) { o.MaxOutputTokens = 500 }))
		require.ErrorIs(t, err, domain.ErrAnswerCutOff)
		require.True(t, domain.Hopeless(err))
		require.Equal(t, 500, f.last().budget())
	})
}
