package api_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
)

func TestWrongSettings(t *testing.T) {
	t.Parallel()

	t.Run("are reported all at once, by name and without a secret", func(t *testing.T) {
		t.Parallel()
		wrong := env{
			"PORT": "65536", "DB_URL": "mysql://root:hunter22@db/tickets", "DB_MAX_CONNS": "0", "MIGRATE": "perhaps",
			"AI_CLASSIFIER": "magic", "OPENAI_API_KEY": "sk-hunter 22", "AI_TIMEOUT_MS": "1.5",
			"OPENAI_BASE_URL": "ftp://hunter22@model/v1", "RATE_LIMIT_WINDOW_MS": "-1",
			"RATE_LIMIT_MAX_REQUESTS": "many", "LOG_LEVEL": "loud", "SHUTDOWN_TIMEOUT_MS": "1h",
		}
		p := process.Start(t, wrong)
		require.Equal(t, 1, p.Wait(patience))
		for name := range wrong {
			require.Regexp(t, regexp.MustCompile(`(?m)^ *(settings: *)?`+name+` `), p.Stderr())
		}
		require.NotContains(t, p.Stderr()+p.Log(), "hunter")
		require.Empty(t, p.Log(), "nothing was started")
	})

	for name, c := range map[string]struct {
		settings env
		says     string
	}{
		"a number past 64 bits":             {env{"PORT": "99999999999999999999"}, "PORT "},
		"a number with a blank within":      {env{"PORT": "3 000"}, "PORT "},
		"a time-out that is too short":      {env{"AI_TIMEOUT_MS": "99"}, "AI_TIMEOUT_MS "},
		"a time-out that is too long":       {env{"AI_TIMEOUT_MS": "300001"}, "AI_TIMEOUT_MS "},
		"a database without a scheme":       {env{"DB_URL": "tickets.db"}, "DB_URL "},
		"a file without a name":             {env{"DB_URL": "sqlite://"}, "DB_URL "},
		"a password that breaks the URL":    {env{"DB_URL": "postgres://u:hunter%zz@h/db"}, "DB_URL "},
		"an option that the database lacks": {env{"DB_URL": "postgres://u:hunter22@h/db?sslmode=maybe"}, "sslmode"},
		"the model's API without its key":   {env{"AI_CLASSIFIER": "openai"}, "OPENAI_API_KEY"},
		"a model's URL that is only a path": {
			env{"AI_CLASSIFIER": "openai", "OPENAI_BASE_URL": "/v1"}, "OPENAI_BASE_URL ",
		},
		"a bad line in .env": {env{".env": "PORT=0\nOPENAI_API_KEY='hunter22\n"}, ".env "},
	} {
		t.Run(name+" ends the program before it starts", func(t *testing.T) {
			t.Parallel()
			p := process.Start(t, inFolder(t, c.settings))
			require.Equal(t, 1, p.Wait(patience))
			require.Contains(t, p.Stderr(), c.says)
			require.NotContains(t, p.Stderr(), "hunter")
			require.Empty(t, p.Log())
		})
	}

	t.Run("an unknown flag is status 2", func(t *testing.T) {
		t.Parallel()
		p := process.Start(t, nil, "--colour")
		require.Equal(t, 2, p.Wait(patience))
		require.Contains(t, p.Stderr(), "--colour")
		require.Contains(t, p.Stderr(), "ticketd --help")
	})
}

// inFolder gives settings a working folder of their own, with the pseudo-setting ".env" as the file of that
// name.
func inFolder(t *testing.T, settings env) env {
	t.Helper()
	folder := t.TempDir()
	all := env{"PWD": folder}
	for name, value := range settings {
		if name == ".env" {
			require.NoError(t, os.WriteFile(filepath.Join(folder, ".env"), []byte(value), 0o600))
			continue
		}
		all[name] = value
	}
	return all
}

func TestHelp(t *testing.T) {
	t.Parallel()

	t.Run("of the program names its commands", func(t *testing.T) {
		t.Parallel()
		p := process.Start(t, nil, "--help")
		require.Zero(t, p.Wait(patience))
		for _, want := range []string{
			"serve", "migrate up", "migrate down", "migrate version", "migrate force", ".env", "<command> --help",
			"  help  ", "  version  ",
		} {
			require.Contains(t, p.Log(), want)
		}
	})

	t.Run("of serve names every setting with its default", func(t *testing.T) {
		t.Parallel()
		p := process.Start(t, nil, "serve", "--help-all")
		require.Zero(t, p.Wait(patience))
		require.Empty(t, p.Stderr())
		for _, want := range []string{
			"$PORT", "$DB_URL", "$DB_MAX_CONNS", "$DB_BATCH", "$MIGRATE", "$AI_CLASSIFIER", "$OPENAI_API_KEY",
			"$OPENAI_BASE_URL", "$AI_MODEL", "$AI_TIMEOUT_MS", "$RATE_LIMIT_WINDOW_MS", "$RATE_LIMIT_MAX_REQUESTS",
			"$LOG_LEVEL", "$SHUTDOWN_TIMEOUT_MS", "$SHUTDOWN_DELAY_MS",
			"3000", "sqlite://ticketd.db", "gpt-4o-mini", "8000", "900000", "100", "info", "30000",
		} {
			require.Contains(t, p.Log(), want)
		}
	})

	t.Run("of a command shows its own flags and where the others are", func(t *testing.T) {
		t.Parallel()
		for _, args := range [][]string{{"import", "--help"}, {"help", "import"}} {
			p := process.Start(t, nil, args...)
			require.Zero(t, p.Wait(patience))
			require.Contains(t, p.Log(), "\nFlags:\n  --yes ")
			require.NotContains(t, p.Log(), "--db-url=")
			require.Regexp(t, `\nAlso --db-url and \d+ other settings: ticketd import --help-all\n$`, p.Log())
		}
		p := process.Start(t, nil, "import", "--help-all")
		require.Zero(t, p.Wait(patience))
		require.Regexp(t, `(?s)\nFlags:.+\nOf every command:.+\nSettings, each also .+--db-url=`, p.Log())
	})

	t.Run("of a group of commands names them", func(t *testing.T) {
		t.Parallel()
		p := process.Start(t, nil, "help", "migrate")
		require.Zero(t, p.Wait(patience))
		require.Contains(t, p.Log(), "migrate force")
		require.Empty(t, p.Stderr())
	})

	t.Run("of migrate down says how far it goes", func(t *testing.T) {
		t.Parallel()
		p := process.Start(t, nil, "migrate", "down", "--help")
		require.Zero(t, p.Wait(patience))
		require.Contains(t, p.Log(), "How many migrations to take back. Default: 1.")
	})

	t.Run("is beside the version", func(t *testing.T) {
		t.Parallel()
		for _, word := range []string{"--version", "version"} {
			p := process.Start(t, nil, word)
			require.Zero(t, p.Wait(patience))
			require.Regexp(t, `^ticketd \S+, commit \S+\n$`, p.Log())
		}
	})

	t.Run("asks nothing of the settings", func(t *testing.T) {
		t.Parallel()
		p := process.Start(t, env{"PORT": "x", "OPENAI_API_KEY": "sk-hunter22"}, "serve", "--help")
		require.Zero(t, p.Wait(patience))
		require.NotContains(t, p.Log(), "hunter")
	})
}

func TestWhatWasProbablyMeantIsSaid(t *testing.T) {
	t.Parallel()
	for line, says := range map[string]string{
		"exprot":          "there is no command exprot, did you mean export?\nsee ticketd --help",
		"evaluate":        "there is no command evaluate, did you mean eval?",
		"help exprot":     "did you mean export?",
		"frobnicate":      "there is no command frobnicate\nsee ticketd --help",
		"migrate dwon":    "did you mean \"down\"?\nsee ticketd migrate --help",
		"export --formt=": "did you mean \"--format\"?\nsee ticketd export --help",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			p := process.Start(t, nil, strings.Fields(line)...)
			require.Equal(t, 2, p.Wait(patience))
			require.Contains(t, p.Stderr(), says)
		})
	}
}

func TestWhereSettingsComeFrom(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dotenv string
		given  env
		args   []string
		limit  string
	}{
		"none of them leaves the default": {"", nil, nil, "100"},
		".env counts":                     {"# limit\nRATE_LIMIT_MAX_REQUESTS=7 # few\n", nil, nil, "7"},
		".env may have quotes and export": {`export RATE_LIMIT_MAX_REQUESTS="7"`, nil, nil, "7"},
		"the environment beats .env": {
			"RATE_LIMIT_MAX_REQUESTS=7", env{"RATE_LIMIT_MAX_REQUESTS": "9"}, nil, "9",
		},
		"a flag beats both": {
			"RATE_LIMIT_MAX_REQUESTS=7", env{"RATE_LIMIT_MAX_REQUESTS": "9"}, []string{"--rate-limit-max-requests=11"},
			"11",
		},
		"an empty variable counts as unset": {"", env{"RATE_LIMIT_MAX_REQUESTS": ""}, nil, "100"},
		"an empty variable leaves it to .env": {
			"RATE_LIMIT_MAX_REQUESTS=7", env{"RATE_LIMIT_MAX_REQUESTS": ""}, nil, "7",
		},
		"an empty line of .env counts as unset": {"RATE_LIMIT_MAX_REQUESTS=\nAI_MODEL=\n", nil, nil, "100"},
		"empty variables of every kind count as unset": {"", env{
			"DB_URL": "", "DB_MAX_CONNS": "", "MIGRATE": "", "AI_CLASSIFIER": "", "OPENAI_API_KEY": "",
			"OPENAI_BASE_URL": "", "AI_MODEL": "", "AI_TIMEOUT_MS": "", "RATE_LIMIT_WINDOW_MS": "",
			"LOG_LEVEL": "", "SHUTDOWN_TIMEOUT_MS": "",
		}, nil, "100"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := inFolder(t, c.given)
			all["PORT"] = "0"
			require.NoError(t, os.WriteFile(filepath.Join(all["PWD"], ".env"), []byte(c.dotenv), 0o600))
			s := system.Running(t, process.Start(t, all, c.args...))
			res, _ := s.Get(t, "/tickets")
			require.Equal(t, c.limit, res.Header.Get("RateLimit-Limit"))
		})
	}
}
