package openai_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/openai"
	"ticketd/domain"
	"ticketd/tests/support/modelserver"
)

// requireNothingLeaks looks for the key, for pieces of the key and for the ticket in all that a log could
// show of err.
func requireNothingLeaks(t *testing.T, err error) {
	t.Helper()
	shown := fmt.Sprintf("%v %+v %#v", err, err, err)
	for _, secret := range []string{modelserver.Key, modelserver.Key[:8], "confidential", "private",
		"refund me"} {
		require.NotContains(t, shown, secret)
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]*domain.Error{
		301: domain.ErrClassifierRefused, 307: domain.ErrClassifierRefused, 400: domain.ErrClassifierRefused,
		401: domain.ErrClassifierKey, 402: domain.ErrClassifierQuota, 403: domain.ErrClassifierKey,
		404: domain.ErrClassifierRefused,
		405: domain.ErrClassifierRefused, 408: domain.ErrClassifierTimeout, 409: domain.ErrClassifierRefused,
		413: domain.ErrTextTooLong, 418: domain.ErrClassifierRefused, 422: domain.ErrClassifierRefused,
		429: domain.ErrThrottled, 500: domain.ErrClassifierUnavailable, 502: domain.ErrClassifierUnavailable,
		503: domain.ErrClassifierUnavailable, 504: domain.ErrClassifierTimeout,
		529: domain.ErrClassifierUnavailable,
	} {
		t.Run(fmt.Sprintf("status %d is %s", status, want.Code), func(t *testing.T) {
			t.Parallel()
			answer, err, server := ask(t, modelserver.Status(status))
			require.ErrorIs(t, err, want)
			require.Contains(t, err.Error(), fmt.Sprintf("status %d", status))
			if status >= 400 {
				require.Contains(t, err.Error(), ", server_said_no")
			}
			require.True(t, answer.Verdict.IsZero())
			require.Equal(t, "gpt-4o-mini", answer.Model)
			require.Equal(t, hitsOf(status), server.Hits())
			requireNothingLeaks(t, err)
		})
	}
}

// hitsOf returns how many calls a server gets that answers with this status and names no reason. After 413
// the budget is made smaller.
func hitsOf(status int) int {
	if status == http.StatusRequestEntityTooLarge {
		return 3
	}
	return 1
}

func TestErrorDocuments(t *testing.T) {
	t.Parallel()
	reply := func(status int, body string) modelserver.Behaviour {
		return func(modelserver.Call) modelserver.Reply {
			return modelserver.Reply{Status: status, Body: []byte(
				body)}
		}
	}
	for name, c := range map[string]struct {
		behaviour modelserver.Behaviour
		want      *domain.Error
		text      string
	}{
		"a spent quota is told from throttling": {modelserver.QuotaSpent(), domain.ErrClassifierQuota,
			"status 429, insufficient_quota, insufficient_quota"},
		"a page of HTML is only a status": {reply(502, "<html>"+description), domain.ErrClassifierUnavailable,
			"status 502"},
		"an empty body is only a status": {reply(500, ""), domain.ErrClassifierUnavailable, "status 500"},
		"a huge body is only a status": {reply(503, strings.Repeat("x", 5<<20)),
			domain.ErrClassifierUnavailable, "status 503"},
		"an error that is a string is not shown": {reply(400, `{"error":"`+description+`"}`),
			domain.ErrClassifierRefused, "status 400"},
		"a code that is a number is shown": {reply(400, `{"error":{"code":1234,"type":null}}`),
			domain.ErrClassifierRefused, "status 400, 1234"},
		"a code that is an object is not shown": {reply(400, `{"error":{"code":{"a":"b"}}}`),
			domain.ErrClassifierRefused, "status 400"},
		"a code with the ticket's text is hidden": {reply(400, `{"error":{"code":"confidential"}}`),
			domain.ErrClassifierRefused, "status 400"},
		"a code with a piece of the key is hidden": {reply(401, `{"error":{"code":"bad_key_0123456789"}}`),
			domain.ErrClassifierKey, "status 401"},
		"a code that is a sentence is hidden": {reply(400, `{"error":{"code":"no such thing"}}`),
			domain.ErrClassifierRefused, "status 400"},
		"a code that is endless is hidden": {reply(400, `{"error":{"code":"`+strings.Repeat("x", 100)+`"}}`),
			domain.ErrClassifierRefused, "status 400"},
		"a missing model is shown by the code only": {reply(404,
			`{"error":{"code":"model_not_found","message":"secret"}}`), domain.ErrClassifierRefused,
			"status 404, model_not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err, server := ask(t, c.behaviour)
			require.ErrorIs(t, err, c.want)
			require.True(t, strings.HasSuffix(err.Error(), ": "+c.text), err.Error())
			require.Equal(t, 1, server.Hits())
			requireNothingLeaks(t, err)
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	wait := func(t *testing.T, headers ...string) time.Duration {
		t.Helper()
		_, err, _ := ask(t, modelserver.Throttled(headers...))
		var e *domain.Error
		require.ErrorAs(t, err, &e)
		require.ErrorIs(t, err, domain.ErrThrottled)
		return e.RetryAfter
	}
	for value, want := range map[string]time.Duration{
		"7": 7 * time.Second, "0": 0, "0.25": 250 * time.Millisecond, "86400": 15 * time.Minute,
		"1e300": 15 * time.Minute,
		"-3":    0, "NaN": 0, "soon": 0, "": 0, "Sat, 01 Jan 2000 00:00:00 GMT": 0,
		"Fri, 01 Jan 2100 00:00:00 GMT": 15 * time.Minute,
	} {
		t.Run("Retry-After: "+value, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, wait(t, "Retry-After", value))
		})
	}
	t.Run("a date in the future is counted from now", func(t *testing.T) {
		t.Parallel()
		d := wait(t, "Retry-After", time.Now().Add(time.Minute).UTC().Format(http.TimeFormat))
		require.Greater(t, d, 30*time.Second)
		require.LessOrEqual(t, d, time.Minute)
	})
	t.Run("milliseconds are more exact and win", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 1500*time.Millisecond, wait(t, "Retry-After", "2", "Retry-After-Ms", "1500"))
	})
	t.Run("no header is no wait", func(t *testing.T) {
		t.Parallel()
		require.Zero(t, wait(t))
	})
	t.Run("a busy server may ask for it too", func(t *testing.T) {
		t.Parallel()
		_, err, _ := ask(t, func(modelserver.Call) modelserver.Reply {
			return modelserver.Reply{Status: 503, Header: map[string]string{"Retry-After": "3"}}
		})
		var e *domain.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, 3*time.Second, e.RetryAfter)
		require.Zero(t, domain.ErrClassifierUnavailable.RetryAfter, "the shared value stays as it is")
	})
}

func TestConnections(t *testing.T) {
	t.Parallel()
	wire := func(s string) modelserver.Behaviour {
		return func(modelserver.Call) modelserver.Reply { return modelserver.Reply{Wire: []byte(s)} }
	}
	for name, b := range map[string]modelserver.Behaviour{
		"cut before the answer":    modelserver.Drop(),
		"cut in the middle":        modelserver.Cut(),
		"that does not speak HTTP": wire("SSH-2.0-" + description + "\r\n"),
		"with a broken header":     wire("HTTP/1.1 200 OK\r\n" + title + "\r\n\r\n"),
		"with a broken status":     wire("HTTP/1.1 " + description + "\r\n\r\n"),
		"with a broken chunk": wire(
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + description + "\r\n"),
		"that is closed without a word": wire(""),
	} {
		t.Run("a connection "+name+" is worth another attempt", func(t *testing.T) {
			t.Parallel()
			_, err, server := ask(t, b)
			require.ErrorIs(t, err, domain.ErrClassifierUnavailable)
			require.Equal(t, 1, server.Hits())
			requireNothingLeaks(t, err)
		})
	}
	t.Run("a closed port is worth another attempt", func(t *testing.T) {
		t.Parallel()
		server, err := modelserver.Start("127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, server.Close())
		_, err = classify(t, newClassifier(t, server))
		require.ErrorIs(t, err, domain.ErrClassifierUnavailable)
		require.Contains(t, err.Error(), "connection refused")
		requireNothingLeaks(t, err)
	})
	t.Run("a redirect is not followed", func(t *testing.T) {
		t.Parallel()
		foreign := modelserver.New(t)
		for _, status := range []int{301, 302, 303, 307, 308} {
			_, err, _ := ask(t, func(modelserver.Call) modelserver.Reply {
				elsewhere := map[string]string{"Location": foreign.URL() + "/chat/completions"}
				return modelserver.Reply{Status: status, Header: elsewhere}
			})
			require.ErrorIs(t, err, domain.ErrClassifierRefused)
		}
		require.Zero(t, foreign.Hits())
	})
	t.Run("connections are kept for the next calls", func(t *testing.T) {
		t.Parallel()
		server := modelserver.New(t)
		transport := &countingTransport{next: &http.Transport{}}
		c, err := openai.New(openai.Options{APIKey: modelserver.Key, BaseURL: server.URL(), Model: "m",
			Transport: transport})
		require.NoError(t, err)
		t.Cleanup(transport.next.CloseIdleConnections)
		for range 3 {
			_, err := classify(t, c)
			require.NoError(t, err)
		}
		require.Equal(t, 1, transport.opened)
	})
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]modelserver.Behaviour{
		"a silent server":     modelserver.Slow(time.Hour, 0, modelserver.Right()),
		"a server that drips": modelserver.Drip(time.Second),
		"a failing server that drips": func(modelserver.Call) modelserver.Reply {
			return modelserver.Reply{Status: 500, Body: make([]byte, 1000), Drip: time.Second}
		},
	} {
		t.Run(name+" is left at the deadline", func(t *testing.T) {
			t.Parallel()
			server := modelserver.New(t)
			server.Behave(b)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			start := time.Now()
			_, err := newClassifier(t, server).Classify(ctx, newText(t, title, description))
			require.Less(t, time.Since(start), 5*time.Second)
			require.Equal(t, domain.KindUnavailable, domain.KindOf(err))
			requireNothingLeaks(t, err)
		})
	}
	t.Run("a passed deadline is told from a cancelled call", func(t *testing.T) {
		t.Parallel()
		server := modelserver.New(t)
		server.Behave(modelserver.Slow(time.Hour, 0, modelserver.Right()))
		c := newClassifier(t, server)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := c.Classify(ctx, newText(t, title, description))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		cancelled, cancelNow := context.WithCancel(t.Context())
		cancelNow()
		_, err = c.Classify(cancelled, newText(t, title, description))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, domain.ErrClassifierUnavailable)
	})
}
