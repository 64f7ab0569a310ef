package settings_test

import (
	"log/slog"
	"net/http"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/cmd/settings"
)

// env are settings by the names of their variables.
type env map[string]string

// fill gives raw settings the values of e and, for the rest, the defaults, as the command line does.
func fill(raw any, e env) { fillStruct(reflect.ValueOf(raw).Elem(), e) }

func fillStruct(raw reflect.Value, e env) {
	for i := range raw.NumField() {
		field := raw.Field(i)
		if field.Kind() == reflect.Struct {
			fillStruct(field, e)
			continue
		}
		tag := raw.Type().Field(i).Tag
		value, given := e[tag.Get("env")]
		if !given {
			value = tag.Get("default")
		}
		field.SetString(value)
	}
}

func TestReplicasAreThoseOfPostgreSQL(t *testing.T) {
	t.Parallel()
	const primary, replicas = "postgres://h/db", "postgres://u:p@one,two:5433/db?pool_mode=session"
	s, err := server(env{"DB_URL": primary, "DB_READ_URL": replicas})
	require.NoError(t, err)
	require.Equal(t, replicas, s.Store.ReadURL)
	require.Len(t, s.Store.ReadNotes, 1)
	for _, wrong := range []env{
		{"DB_READ_URL": replicas}, {"DB_URL": "sqlite://a.db", "DB_READ_URL": replicas},
		{"DB_URL": primary, "DB_READ_URL": "sqlite://a.db"},
		{"DB_URL": primary, "DB_READ_URL": "mysql://hunter22@h/db"},
		{"DB_URL": primary, "DB_READ_URL": "postgres://u:hunter22@h:port/db"},
	} {
		_, err := server(wrong)
		require.Error(t, err, "%v", wrong)
		require.Equal(t, []string{"DB_READ_URL"}, complaints(err))
		require.NotContains(t, err.Error(), "hunter22")
		require.NotContains(t, err.Error(), "sqlite://")
	}
}

func server(e env) (settings.Server, error) {
	var raw settings.RawServer
	fill(&raw, e)
	return raw.Parse()
}

func worker(e env) (settings.Worker, error) {
	var raw settings.RawWorkerProcess
	fill(&raw, e)
	return raw.Parse()
}

// complaints are the names that an error complains about, each line's first word.
func complaints(err error) []string {
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^ *([A-Z][A-Z0-9_]+) `).FindAllStringSubmatch(err.Error(), -1) {
		names = append(names, m[1])
	}
	return names
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	s, err := server(nil)
	require.NoError(t, err)
	require.Equal(t, 3000, s.Edge.Port)
	require.Equal(t, 15*time.Minute, s.Edge.LimitWindow)
	require.Equal(t, 100, s.Edge.LimitMax)
	require.True(t, s.Edge.MetricsPublic && s.Edge.Board && s.Store.SQLite && s.Store.Batch && s.Store.Migrate &&
		s.Classifier.Redact)
	require.Empty(t, s.Edge.Keys)
	require.Empty(t, s.Edge.TrustedProxies)
	require.Empty(t, s.Edge.Origins)
	require.False(t, s.Queue.Use || s.Store.NoEvents)
	require.Equal(t, settings.Events{Keep: 30 * 24 * time.Hour}, s.Events)
	require.Equal(t, "local", s.Classifier.Name)
	require.Equal(t, 8*time.Second, s.Classifier.Timeout)
	require.InDelta(t, 0.7, s.Review.Threshold, 0)
	require.InDelta(t, 0.02, s.Review.AuditRate, 0)
	require.Equal(t, slog.LevelInfo, s.Process.LogLevel)
	require.Equal(t, 30*time.Second, s.Process.ShutdownTimeout)
}

func TestHeadersForAGateway(t *testing.T) {
	t.Parallel()
	s, err := server(env{"AI_HEADERS": "Helicone-Auth: Bearer x:y\n\\n x-team :a, b\\nX-Team: c"})
	require.NoError(t, err)
	require.Equal(t, http.Header{"Helicone-Auth": {"Bearer x:y"}, "X-Team": {"a, b", "c"}}, s.Classifier.Headers)
	s, err = server(env{"AI_HEADERS": `X-Empty:\nX-Key: a\\nb\nX-Other: C:\\dir`})
	require.NoError(t, err)
	require.Equal(t, http.Header{"X-Empty": {""}, "X-Key": {`a\nb`}, "X-Other": {`C:\\dir`}},
		s.Classifier.Headers)
	_, err = server(env{"AI_HEADERS": ": nameless"})
	require.ErrorContains(t, err, "line 1 is none")
	_, err = server(env{"AI_HEADERS": "content-length: 7"})
	require.ErrorContains(t, err, "must not set Content-Length")
}

func TestAllThatIsWrongIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	wrong := env{
		"PORT": "-1", "RATE_LIMIT_WINDOW_MS": "2147483648", "RATE_LIMIT_MAX_REQUESTS": "1e3",
		"TRUSTED_PROXIES": "10.0.0.0/33",
		"CORS_ORIGINS":    "desk.example.com",
		"API_KEYS":        "hunter22", "METRICS_PUBLIC": "maybe", "BOARD": "maybe", "DB_URL": "hunter22@db",
		"DB_MAX_CONNS": "1001",
		"DB_BATCH":     "maybe", "DB_POOLER": "session", "MIGRATE": "2", "AI_CLASSIFIER": "gpt",
		"CASCADE_THRESHOLD": "NaN",
		"OPENAI_API_KEY":    "hunter 22", "OPENAI_BASE_URL": "hunter22:8080", "AI_TIMEOUT_MS": "300001",
		"AI_MAX_OUTPUT_TOKENS": "1", "AI_REASONING_EFFORT": "much", "AI_HEADERS": "X-Key hunter22",
		"AI_WARMUP_MS": "-1", "AI_HEAL": "perhaps", "AI_REDACT": "off!", "REVIEW_THRESHOLD": "1.01",
		"AUDIT_RATE": "-0.1", "USE_QUEUE": "y", "REDIS_URL": "redis://:hunter22@h:port", "LOG_LEVEL": "trace",
		"SHUTDOWN_TIMEOUT_MS": "600001", "EVENTS": "some", "EVENTS_KEEP_DAYS": "6", "WEBHOOK_ALLOW_HTTP": "http",
		"WEBHOOK_ALLOW_NETWORKS": "inside",
	}
	_, err := server(wrong)
	require.Error(t, err)
	var names []string
	for name := range wrong {
		names = append(names, name)
	}
	require.ElementsMatch(t, names, complaints(err), err.Error())
	require.NotContains(t, err.Error(), "hunter")

	for name := range wrong {
		t.Run("and "+name+" alone by its name", func(t *testing.T) {
			t.Parallel()
			_, err := server(env{name: wrong[name]})
			require.Error(t, err)
			require.Equal(t, []string{name}, complaints(err), err.Error())
		})
	}

	t.Run("and those of a worker", func(t *testing.T) {
		t.Parallel()
		_, err := worker(env{
			"WORKER_CONCURRENCY": "0", "WORKER_MAX_ATTEMPTS": "101", "WORKER_PORT": "65536", "DB_MAX_CONNS": "0",
			"LOG_LEVEL": "", "EVENTS_KEEP_DAYS": "3651",
		})
		require.Error(t, err)
		require.ElementsMatch(t, []string{
			"WORKER_CONCURRENCY", "WORKER_MAX_ATTEMPTS", "WORKER_PORT", "DB_MAX_CONNS", "LOG_LEVEL", "REDIS_URL",
			"EVENTS_KEEP_DAYS",
		}, complaints(err))
	})
}

func TestSettingsOfKeys(t *testing.T) {
	t.Parallel()
	const a, b = "0123456789abcdef", "fedcba9876543210"

	for list, want := range map[string]struct{ keys, short int }{
		"":                             {0, 0},
		" , ,":                         {0, 0},
		"ops:" + a:                     {1, 0},
		"ops:" + a + ",web:" + b:       {2, 0},
		" ops:" + a + " ,\tweb:" + b:   {2, 0},
		"ops:" + a + ",":               {1, 0},
		"a-B_9:x:y:" + a:               {1, 0},
		"ops:short,web:" + b:           {2, 1},
		"ops:" + a[:15] + ",web:tiny=": {2, 2},
	} {
		t.Run("take "+list, func(t *testing.T) {
			t.Parallel()
			s, err := server(env{"API_KEYS": list})
			require.NoError(t, err)
			require.Len(t, s.Edge.Keys, want.keys)
			require.Len(t, s.Edge.ShortKeys, want.short)
		})
	}

	for name, list := range map[string]string{
		"a key without a name":          "hunter22hunter22",
		"an empty name":                 ":hunter22hunter22",
		"a name with a blank":           "my team:hunter22hunter22",
		"a name above ASCII":            "größe:hunter22hunter22",
		"a name of punctuation":         "a.b:hunter22hunter22",
		"an empty key":                  "ops:",
		"a key with a blank":            "ops:hunter22 hunter22",
		"a key above ASCII":             "ops:hunter22hüttenkäse",
		"a key with a control":          "ops:hunter22\x00hunter22",
		"a name twice":                  "ops:" + a + ",ops:hunter22hunter22",
		"a key twice":                   "ops:hunter22hunter22,web:hunter22hunter22",
		"a key with a comma in it":      "ops:hunter22,hunter22hunter22",
		"a semicolon between the pairs": "ops:" + a + "; web:hunter22hunter22",
	} {
		t.Run("refuse "+name+" and do not repeat it", func(t *testing.T) {
			t.Parallel()
			_, err := server(env{"API_KEYS": list})
			require.Error(t, err)
			require.Equal(t, []string{"API_KEYS"}, slices.Compact(complaints(err)))
			require.NotContains(t, err.Error(), "hunter")
			require.NotContains(t, err.Error(), a)
		})
	}
}

func TestSettingsOfProxies(t *testing.T) {
	t.Parallel()
	prefix := netip.MustParsePrefix
	for list, want := range map[string][]netip.Prefix{
		"":                              nil,
		" ":                             nil,
		"10.0.0.0/8":                    {prefix("10.0.0.0/8")},
		"10.1.2.3/8":                    {prefix("10.0.0.0/8")},
		"192.0.2.1":                     {prefix("192.0.2.1/32")},
		"2001:db8::1, 2001:db8:1::/48,": {prefix("2001:db8::1/128"), prefix("2001:db8:1::/48")},
		"0.0.0.0/0":                     {prefix("0.0.0.0/0")},
	} {
		t.Run("take "+list, func(t *testing.T) {
			t.Parallel()
			s, err := server(env{"TRUSTED_PROXIES": list})
			require.NoError(t, err)
			require.Equal(t, want, s.Edge.TrustedProxies)
		})
	}
	for _, list := range []string{
		"proxy", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0", "10.0.0.1:80", "*", "10.0.0.0/8;192.0.2.1",
		"fe80::1%eth0/64", "http://10.0.0.1",
	} {
		t.Run("refuse "+list, func(t *testing.T) {
			t.Parallel()
			_, err := server(env{"TRUSTED_PROXIES": list})
			require.Error(t, err)
			require.Equal(t, []string{"TRUSTED_PROXIES"}, complaints(err))
		})
	}
}

func TestSettingsOfOrigins(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]string{
		"": nil, " , ": nil, "*": {"*"}, " * ,": {"*"},
		"https://desk.example.com":                         {"https://desk.example.com"},
		"HTTPS://Desk.Example.com/":                        {"https://desk.example.com"},
		"https://desk.example.com:443,http://localhost:80": {"https://desk.example.com", "http://localhost"},
		"http://localhost:5173, https://a.example:8443":    {"http://localhost:5173", "https://a.example:8443"},
		"http://[::1]:3000,http://127.0.0.1:3000":          {"http://[::1]:3000", "http://127.0.0.1:3000"},
		"https://a.example,https://a.example/":             {"https://a.example"},
		"capacitor://localhost,chrome-extension://abcdefghijkl": {
			"capacitor://localhost", "chrome-extension://abcdefghijkl",
		},
	} {
		t.Run("take "+list, func(t *testing.T) {
			t.Parallel()
			s, err := server(env{"CORS_ORIGINS": list})
			require.NoError(t, err)
			require.Equal(t, want, s.Edge.Origins)
		})
	}
	for _, list := range []string{
		"desk.example.com", "//desk.example.com", "https://", "https:desk.example.com",
		"https://desk.example.com/app", "https://desk.example.com//", "https://desk.example.com?x=1",
		"https://desk.example.com?", "https://desk.example.com#x", "https://user@desk.example.com",
		"https://desk.example.com:", "https://desk.example.com:x", "https://*.example.com",
		"https://bücher.example", "null", "*,https://a.example", "https://a.example https://b.example",
		"https://a.example;https://b.example",
	} {
		t.Run("refuse "+list, func(t *testing.T) {
			t.Parallel()
			_, err := server(env{"CORS_ORIGINS": list})
			require.Error(t, err)
			require.Equal(t, []string{"CORS_ORIGINS"}, complaints(err))
		})
	}
}

func TestSettingsThatNeedEachOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		given env
		wrong string
	}{
		"a queue without Redis":               {env{"USE_QUEUE": "true"}, "REDIS_URL"},
		"a queue with Redis":                  {env{"USE_QUEUE": "TRUE", "REDIS_URL": "redis://h"}, ""},
		"Redis without a queue":               {env{"REDIS_URL": "rediss://u:p@h:1/2"}, ""},
		"the model without a key or a server": {env{"AI_CLASSIFIER": "openai"}, "AI_CLASSIFIER"},
		"a cascade without a key or a server": {env{"AI_CLASSIFIER": "cascade"}, "AI_CLASSIFIER"},
		"the model on a server without keys": {
			env{"AI_CLASSIFIER": "openai", "OPENAI_BASE_URL": "http://localhost:1/v1"}, "",
		},
		"a cascade with a key":                    {env{"AI_CLASSIFIER": "cascade", "OPENAI_API_KEY": "k"}, ""},
		"the offline classifier in spite of keys": {env{"AI_CLASSIFIER": "local", "OPENAI_API_KEY": "k"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := server(c.given)
			if c.wrong == "" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			require.Equal(t, []string{c.wrong}, complaints(err))
		})
	}
}

func TestSettingsAtTheirLimits(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][2][]string{
		"PORT": {
			{"0", "1", "65535"}, {"", "65536", "-1", "3000.0", "0x10", "3 000", "٣", "3000\n"},
		},
		"RATE_LIMIT_WINDOW_MS":    {{"0", "1", "2147483647"}, {"-1", "2147483648", "1h", "9223372036854775808"}},
		"RATE_LIMIT_MAX_REQUESTS": {{"0", "1", "2147483647"}, {"-1", "2147483648", "∞"}},
		"DB_MAX_CONNS":            {{"1", "1000"}, {"0", "1001"}},
		"AI_TIMEOUT_MS":           {{"100", "300000"}, {"99", "300001", "8s"}},
		"SHUTDOWN_TIMEOUT_MS":     {{"0", "600000"}, {"-1", "600001"}},
		"SHUTDOWN_DELAY_MS":       {{"0", "5000", "600000"}, {"-1", "600001", "5s"}},
		"REVIEW_THRESHOLD":        {{"0", "1", "0.7", "1e-3", ".5"}, {"-0.01", "1.01", "70%", "NaN", "Inf", "0,7"}},
		"AUDIT_RATE":              {{"0", "1"}, {"2", "nan"}},
		"CASCADE_THRESHOLD":       {{"0", "1"}, {"-1", "inf"}},
		"METRICS_PUBLIC": {
			{"true", "FALSE", "1", "0", "yes", "No", "on", "off"}, {"", "t", "2", " true", "wahr"},
		},
		"LOG_LEVEL": {{"debug", "INFO", "Warn", "error"}, {"", "trace", "info ", "INFO+4"}},
		"DB_URL": {
			{
				"sqlite://a.db", "sqlite:///a.db", "postgres://u:p@h/db", "postgresql://h/db?sslmode=disable",
				"host=h dbname=db", "SQLite://a.db", "POSTGRES://h/db", "PostgreSQL://h/db",
			},
			{
				"", "a.db", "sqlite:", "sqlite://", "sqlite:/a.db", "SQLITE://", "mysql://h/db", "postgres:/h/db",
				"postgres://u:p%@h/db", "postgres://h:port/db",
			},
		},
	} {
		t.Run(strings.ToLower(name), func(t *testing.T) {
			t.Parallel()
			for i, list := range values {
				for _, value := range list {
					_, err := server(env{name: value})
					require.Equal(t, i == 0, err == nil, "%q: %v", value, err)
				}
			}
		})
	}
}
