package openai_test

import (
	"fmt"
	"net/http"
	"net/http/httptrace"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/adapters/openai"
	"ticketd/domain"
	"ticketd/tests/support/modelserver"
)

// countingTransport counts the connections that are opened.
type countingTransport struct {
	next   *http.Transport
	opened int
}

func (c *countingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		if !i.Reused {
			c.opened++
		}
	}}
	return c.next.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
}

func TestRejectedParameters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rejected []string
		calls    int // of the first classification
		then     func(modelserver.Request) bool
	}{
		{[]string{"logprobs"}, 2, func(r modelserver.Request) bool {
			return !r.Has("top_logprobs") && r.Has("temperature")
		}},
		{[]string{"top_logprobs"}, 2, func(r modelserver.Request) bool { return r.Has("logprobs") }},
		{[]string{"temperature"}, 2, func(r modelserver.Request) bool { return r.Has("logprobs") }},
		{[]string{"max_completion_tokens"}, 2, func(r modelserver.Request) bool { return r.Has("max_tokens") }},
		{[]string{"max_completion_tokens", "max_tokens"}, 3, func(r modelserver.Request) bool {
			return r.Has("json_schema")
		}},
		{[]string{"json_schema"}, 2, func(r modelserver.Request) bool {
			return r.ResponseFormat.Type == "json_object"
		}},
		{[]string{"response_format"}, 3, func(r modelserver.Request) bool {
			return r.Has("max_completion_tokens")
		}},
		{[]string{"top_logprobs", "logprobs", "temperature", "max_completion_tokens", "max_tokens",
			"json_schema", "response_format"}, 8,
			func(modelserver.Request) bool { return true }},
	} {
		for how, b := range map[string]modelserver.Behaviour{
			"in the field param": modelserver.Rejecting(c.rejected...),
			"in words":           modelserver.RejectingInWords(http.StatusBadRequest, c.rejected...),
			"in words with another status": modelserver.RejectingInWords(http.StatusUnprocessableEntity,
				c.rejected...),
			"in words with a forbidden word": modelserver.RejectingInWords(http.StatusForbidden, c.rejected...),
		} {
			t.Run(fmt.Sprintf("%v named %s are dropped and remembered", c.rejected, how), func(t *testing.T) {
				t.Parallel()
				server := modelserver.New(t)
				server.Behave(b)
				classifier := newClassifier(t, server)
				answer, err := classify(t, classifier)
				require.NoError(t, err)
				require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
				require.Equal(t, c.calls, server.Hits())
				_, err = classify(t, classifier)
				require.NoError(t, err)
				require.Equal(t, c.calls+1, server.Hits(), "the second classification knows")
				require.Equal(t, 2, server.Paid())
				requests := server.Requests()
				last := requests[len(requests)-1].Call.Request
				for _, name := range c.rejected {
					require.False(t, last.Has(name), name)
				}
				require.True(t, c.then(last))
			})
		}
	}
}

func TestRejectionsThatAreNone(t *testing.T) {
	t.Parallel()
	reply := func(status int, body string) modelserver.Behaviour {
		return func(modelserver.Call) modelserver.Reply {
			return modelserver.Reply{Status: status, Body: []byte(
				body)}
		}
	}
	for name, c := range map[string]struct {
		behaviour modelserver.Behaviour
		hits      int
	}{
		"a server that rejects whatever comes is asked until nothing is left to drop": {func(
			call modelserver.Call) modelserver.Reply {
			return reply(400, `{"error":{"message":"temperature logprobs top_logprobs max_tokens `+
				`max_completion_tokens response_format"}}`)(call)
		}, 7},
		"a parameter that was not sent is not dropped": {reply(400,
			`{"error":{"message":"bad","param":"seed"}}`), 1},
		"another field is not searched for names": {reply(400,
			`{"error":{"message":"no temperature","param":"messages"}}`), 1},
		"too long a ticket is not a parameter": {
			reply(400, `{"error":{"message":"max_completion_tokens: the context length is 4096",`+
				`"param":"max_completion_tokens"}}`), 3},
		"part of a name is not a name": {reply(400,
			`{"error":{"message":"mytemperature logprobs2 xmax_tokens"}}`), 1},
		"a failing server that names a parameter is tried without it": {reply(500,
			`{"error":{"message":"logprobs","param":"logprobs"}}`), 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err, server := ask(t, c.behaviour)
			require.Error(t, err)
			require.Equal(t, c.hits, server.Hits())
			requireNothingLeaks(t, err)
		})
	}
	t.Run("a ticket cannot talk a parameter away", func(t *testing.T) {
		t.Parallel()
		server := modelserver.New(t)
		server.Behave(modelserver.Status(http.StatusBadRequest)) // whose message repeats the ticket
		c := newClassifier(t, server)
		_, err := c.Classify(t.Context(), newText(t, "The temperature sensor",
			"LOGPROBS and response_format do not work"))
		require.ErrorIs(t, err, domain.ErrClassifierRefused)
		server.Behave(modelserver.Right())
		_, err = classify(t, c)
		require.NoError(t, err)
		requests := server.Requests()
		for _, name := range []string{"temperature", "logprobs", "top_logprobs", "json_schema"} {
			require.True(t, requests[len(requests)-1].Call.Request.Has(name), name)
		}
	})
}

func TestCallsAreThoseOfTheClient(t *testing.T) {
	t.Parallel()
	c, err := openai.New(openai.Options{APIKey: "k", Model: `m "\u0000" <é>`})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		title, description := rapid.String().Draw(t, "title"), rapid.String().Draw(t, "description")
		sent, written, err := c.Calls(title, description, rapid.Uint32Max(openai.AllParameters).Draw(t, "without"))
		require.NoError(t, err)
		require.JSONEq(t, string(written), string(sent))
	})
}
