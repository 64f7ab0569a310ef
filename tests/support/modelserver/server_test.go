package modelserver_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"ticketd/tests/support/modelserver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func client(tb testing.TB) *http.Client {
	tb.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 256}
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// post sends body as the adapter would and gives status and body of the answer.
func post(c *http.Client, s *modelserver.Server, key, body string) (int, string, error) {
	req, err := http.NewRequest(http.MethodPost, s.URL()+"/chat/completions", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.Do(req)
	if err != nil {
		return 0, "", err
	}
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, string(answer), err
}

func ticket(title string) string {
	return fmt.Sprintf(
		`{"model":"m","messages":[{"role":"user","content":"{\"title\":\"%s\",\"description\":\"d\"}"}],`+
			`"logprobs":true,"top_logprobs":5}`, title)
}

func TestStrictness(t *testing.T) {
	t.Parallel()
	s := modelserver.New(t)
	for name, c := range map[string]struct {
		key, body string
		status    int
		says      string
	}{
		"a right call":                 {modelserver.Key, ticket("x"), 200, `"finish_reason":"stop"`},
		"a wrong key":                  {"sk-wrong", ticket("x"), 401, "invalid_api_key"},
		"broken JSON":                  {modelserver.Key, `{`, 400, "parse"},
		"JSON with something after it": {modelserver.Key, ticket("x") + "x", 400, "parse"},
		"a repeated member":            {modelserver.Key, `{"model":"m","model":"n"}`, 400, "parse"},
		"an unknown parameter":         {modelserver.Key, `{"model":"m","modle":"n"}`, 400, "supplied: modle"},
		"a parameter of another type":  {modelserver.Key, `{"model":7}`, 400, `"param":"model"`},
		"no model": {
			modelserver.Key, `{"messages":[{"role":"user","content":"x"}]}`, 400, `"param":"model"`,
		},
		"no messages": {modelserver.Key, `{"model":"m","messages":[]}`, 400, `"param":"messages"`},
		"an unknown role": {
			modelserver.Key, `{"model":"m","messages":[{"role":"boss","content":"x"}]}`, 400, "Invalid role",
		},
		"a temperature out of range": {
			modelserver.Key, strings.Replace(ticket("x"), `"logprobs"`, `"temperature":3,"logprobs"`, 1), 400,
			"temperature",
		},
		"alternatives without logprobs": {modelserver.Key,
			strings.Replace(ticket("x"), `"logprobs":true,`, ``, 1), 400, `"param":"top_logprobs"`},
		"JSON that nobody speaks of": {modelserver.Key,
			`{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_object"}}`, 400,
			"must contain the word"},
		"a strict schema that is not": {modelserver.Key,
			`{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":` +
				`{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object",` +
				`"properties":{"a":{}},"required":["a"]}}}}`,
			400, "additionalProperties"},
	} {
		t.Run(fmt.Sprintf("%s gets %d", name, c.status), func(t *testing.T) {
			t.Parallel()
			status, body, err := post(client(t), s, c.key, c.body)
			require.NoError(t, err)
			require.Equal(t, c.status, status, body)
			require.Contains(t, body, c.says)
		})
	}
}

func TestCounting(t *testing.T) {
	t.Parallel()
	t.Run("each ticket has its own first failures", func(t *testing.T) {
		t.Parallel()
		s, c := modelserver.New(t), client(t)
		s.Behave(modelserver.FailFirst(2, modelserver.Status(500), modelserver.Right()))
		for _, title := range []string{"a", "b"} {
			for _, want := range []int{500, 500, 200} {
				status, _, err := post(c, s, modelserver.Key, ticket(title))
				require.NoError(t, err)
				require.Equal(t, want, status)
			}
		}
		require.Equal(t, []int{6, 2, 3, 2, 2},
			[]int{s.Calls(), s.Paid(), s.CallsOf("a", "d"), s.Tickets(), s.Repeated()})
	})
	t.Run("one ticket may behave on its own", func(t *testing.T) {
		t.Parallel()
		s, c := modelserver.New(t), client(t)
		s.BehaveFor("bad", modelserver.Status(503))
		for title, want := range map[string]int{"bad": 503, "good": 200} {
			status, _, err := post(c, s, modelserver.Key, ticket(title))
			require.NoError(t, err)
			require.Equal(t, want, status)
		}
	})
	t.Run("calls under way overlap and are counted at their peak", func(t *testing.T) {
		t.Parallel()
		s, c := modelserver.New(t), client(t)
		s.Behave(modelserver.Slow(100*time.Millisecond, 0.5, modelserver.Right()))
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				if _, _, err := post(c, s, modelserver.Key, ticket(fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.GreaterOrEqual(t, time.Since(start), 50*time.Millisecond)
		require.Greater(t, s.Peak(), 10)
		require.Zero(t, s.Repeated())
		require.Len(t, s.Requests(), 50)
	})
	t.Run("closing ends calls under way", func(t *testing.T) {
		t.Parallel()
		s, err := modelserver.Start("127.0.0.1:0")
		require.NoError(t, err)
		s.Behave(modelserver.Slow(time.Hour, 0, modelserver.Right()))
		failed := make(chan error, 1)
		go func() {
			_, _, err := post(client(t), s, modelserver.Key, ticket("x"))
			failed <- err
		}()
		require.Eventually(t, func() bool { return s.InFlight() == 1 }, time.Minute, time.Millisecond)
		require.NoError(t, s.Close())
		require.Error(t, <-failed)
	})
}

// BenchmarkServer is the share of the imitation and of net/http in a call; the client does as little as
// possible.
func BenchmarkServer(b *testing.B) {
	s, c := modelserver.New(b), client(b)
	body := []byte(ticket(strings.Repeat("My invoice is wrong. ", 10)))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, err := http.NewRequest(http.MethodPost, s.URL()+"/chat/completions", bytes.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			req.Header = http.Header{
				"Authorization": {"Bearer " + modelserver.Key}, "Content-Type": {"application/json"},
			}
			res, err := c.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := io.Copy(io.Discard, res.Body); err != nil {
				b.Error(err)
			}
		}
	})
}
