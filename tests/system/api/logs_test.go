package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
)

// private are words that a run uses everywhere it can and that no log may have.
var private = []string{"zanzibar", "wombat", "quagmire", "hunter22", modelserver.Key}

func TestLogs(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		for _, level := range []string{"debug", "info"} {
			t.Run("of a run on level "+level+" are JSON lines without anything private", func(t *testing.T) {
				t.Parallel()
				db, secrets := fresh(t), private
				if strings.HasPrefix(db, "postgres") {
					var password string
					db, password = withPassword(t, db, "hunter22")
					secrets = append([]string{":" + password + "@"}, secrets...)
				}
				m := modelserver.New(t)
				s := system.Serve(t, system.On(db), system.Asking(m), system.Timeout(timeout), env{"LOG_LEVEL": level})
				misuse(t, s, m)
				require.Zero(t, s.Terminate(patience))

				require.Empty(t, s.Stderr())
				requireJSONLines(t, s.Process)
				log := strings.ToLower(s.Log())
				for _, word := range secrets {
					require.NotContains(t, log, strings.ToLower(word))
				}
				require.Contains(t, log, `"msg":"classification attempt failed"`)
				require.Equal(t, level == "debug", strings.Contains(log, `"route":"/healthz"`),
					"probes are not worth a line")
			})
		}
	})
}

// misuse makes requests of all kinds, right and wrong ones, with private words wherever a client can put
// them.
func misuse(t *testing.T, s *system.Server, m *modelserver.Server) {
	t.Helper()
	for i, b := range []modelserver.Behaviour{
		modelserver.Right(), modelserver.Status(http.StatusUnauthorized), modelserver.Status(http.StatusBadRequest),
		modelserver.Refusal(),
		modelserver.Status(http.StatusInternalServerError), modelserver.Raw("zanzibar"),
		modelserver.Content("wombat"), modelserver.Cut(),
		modelserver.Slow(time.Hour, 0, modelserver.Right()),
	} {
		m.Behave(b)
		send(t, s, "POST", "/tickets", fmt.Sprintf(
			`{"title":"Zanzibar %d","description":"wombat@example.com, quagmire"}`, i))
	}
	for _, r := range [][3]string{
		{"POST", "/users", `{"name":"Zanzibar","email":"wombat@example.com"}`},
		{"POST", "/users", `{"name":"Zanzibar","email":"WOMBAT@example.com"}`},
		{"POST", "/users", `{"name":"Zanzibar","email":"wombat@quagmire@example.com"}`},
		{"POST", "/tickets", `{"zanzibar":1,"title":"wombat"}`},
		{"POST", "/tickets", `zanzibar`},
		{"GET", "/tickets?zanzibar=wombat&cursor=quagmire", ""},
		{"GET", "/tickets/zanzibar", ""},
		{"GET", "/zanzibar/wombat", ""},
		{"ZANZIBAR", "/tickets", ""},
		{"GET", "/healthz", ""},
		{"DELETE", "/users/1", ""},
	} {
		send(t, s, r[0], r[1], r[2])
	}
}

func send(t *testing.T, s *system.Server, method, path, body string) {
	t.Helper()
	_, _, err := s.Ask(t.Context(), method, path, body, "Content-Type", "application/json",
		"Authorization", "Bearer hunter22", "Cookie", "zanzibar=wombat", "User-Agent", "quagmire",
		"Referer", "http://zanzibar.example", "X-Forwarded-For", "wombat", "X-Request-Id", "zanzibar wombat")
	require.NoError(t, err)
}

func requireJSONLines(t *testing.T, p *process.Process) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(p.Log(), "\n"), "\n")
	require.Greater(t, len(lines), 2)
	for _, text := range lines {
		var line struct {
			Level, Msg string
			Time       time.Time
		}
		require.NoError(t, json.Unmarshal([]byte(text), &line), text)
		require.Contains(t, []string{"debug", "info", "warn", "error"}, line.Level, text)
		require.NotEmpty(t, line.Msg, text)
		require.WithinDuration(t, time.Now(), line.Time, time.Hour, text)
	}
}

func TestTheLineThatSaysWhatRuns(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		for name, c := range map[string]struct {
			settings env
			says     string
		}{
			"without a key": {nil, "local"},
			"with a key":    {env{"OPENAI_API_KEY": "sk-hunter22", "AI_MODEL": "gpt-x"}, "gpt-x"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				db := fresh(t)
				s := system.Serve(t, system.On(db), c.settings)
				u, err := url.Parse(s.Base)
				require.NoError(t, err)
				port, err := strconv.Atoi(u.Port())
				require.NoError(t, err)
				line := s.WaitLog("Server running", 0)
				require.Equal(t, "info", line["level"])
				require.InDelta(t, port, line["port"], 0)
				engine, _, _ := strings.Cut(db, ":")
				require.Equal(t, engine, line["store"])
				require.Contains(t, line["classifier"], c.says)
				require.Equal(t, fmt.Sprintf("http://localhost:%d/docs", port), line["docs"])
			})
		}
	})
}
