package settings_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/cmd/settings"
)

// loaded returns what LoadEnv makes of a .env file.
func loaded(t *testing.T, dotenv string) ([]string, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile(".env", []byte(dotenv), 0o600))
	return settings.LoadEnv()
}

// wide returns ASCII text as UTF-16LE.
func wide(text string) string { return strings.ReplaceAll(text, "", "\x00")[1:] }

// unset makes a variable missing for the test and puts it back after it.
func unset(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		t.Setenv(name, "") // remembers what was there
		require.NoError(t, os.Unsetenv(name))
	}
}

//nolint:paralleltest // it changes the environment
func TestDotenvIsReadAsWritten(t *testing.T) {
	for name, c := range map[string]struct{ file, value string }{
		"a dollar is no variable":                    {"AI_MODEL=pa$HOME${HOME}$1", "pa$HOME${HOME}$1"},
		"nor is it in double quotes":                 {`AI_MODEL="pa$HOME"`, "pa$HOME"},
		"a byte order mark is taken":                 {"\xef\xbb\xbfAI_MODEL=a", "a"},
		"UTF-16, as Windows PowerShell writes it":    {"\xff\xfe" + wide("AI_MODEL=a\r\n"), "a"},
		"line ends of Windows":                       {"PORT=1\r\nAI_MODEL=a\r\n", "a"},
		"single quotes are taken off":                {`AI_MODEL='a "b" \n # c'`, `a "b" \n # c`},
		"double quotes are taken off":                {`AI_MODEL="a 'b' # c" # d`, "a 'b' # c"},
		"backquotes are taken off":                   {"AI_MODEL=`a 'b'`", "a 'b'"},
		"escapes count in double quotes":             {`AI_MODEL="a\nb\t\"c\"\\ \x"`, "a\nb\t\"c\"\\ \\x"},
		"a quoted value may have lines":              {"AI_MODEL=\"a\nb\"\nPORT=1", "a\nb"},
		"a hash without a blank belongs to it":       {"AI_MODEL=a#b", "a#b"},
		"a hash after a blank begins a comment":      {"AI_MODEL=a b # c", "a b"},
		"an equals sign belongs to it":               {"AI_MODEL=a=b==", "a=b=="},
		"quotes within belong to it":                 {`AI_MODEL=it's "a"`, `it's "a"`},
		"blanks around the name and value go":        {"  export  AI_MODEL \t=  a  ", "a"},
		"of two the last counts":                     {"AI_MODEL=a\nAI_MODEL=b", "b"},
		"a file without a line end at the end":       {"# c\n\nAI_MODEL=a", "a"},
		"an empty value and a comment leave it open": {"AI_MODEL= # none", ""},
	} {
		t.Run(name, func(t *testing.T) {
			unset(t, "AI_MODEL", "PORT")
			notes, err := loaded(t, c.file)
			require.NoError(t, err)
			require.Empty(t, notes)
			require.Equal(t, c.value, os.Getenv("AI_MODEL"))
		})
	}
}

//nolint:paralleltest // it changes the environment
func TestABrokenDotenvIsNamedByItsLine(t *testing.T) {
	for file, says := range map[string]string{
		"PORT=1\n\nOPENAI_API_KEY='hunter22\n\n":   ".env line 3 opens a quote",
		"PORT=1\nhunter22\n":                       ".env line 2 must be NAME=value",
		"PORT=\"1\n2\"\nOPENAI_API_KEY='a'hunter":  ".env line 3 has more after the closing quote",
		"PORT=\"1\n\n2\"\n\nOPENAI API KEY=hunter": ".env line 5 must be NAME=value",
	} {
		unset(t, "PORT")
		_, err := loaded(t, file)
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), "hunter")
	}
}

//nolint:paralleltest // it changes the environment
func TestTheEnvironment(t *testing.T) {
	t.Run("that has quotes around a value is named, and they are taken off", func(t *testing.T) {
		unset(t, "AI_MODEL", "LOG_LEVEL", "PORT")
		t.Setenv("PORT", `"3001"`)
		t.Setenv("AI_MODEL", `'hunter22'`)
		t.Setenv("LOG_LEVEL", `""`)
		t.Setenv("NOT_OURS", `"3001"`)
		notes, err := loaded(t, "")
		require.NoError(t, err)
		require.Len(t, notes, 2)
		require.Contains(t, notes[0], "AI_MODEL has quotes")
		require.Contains(t, notes[1], "PORT has quotes")
		require.NotContains(t, strings.Join(notes, ""), "hunter")
		require.Equal(t, []string{"3001", "hunter22", `"3001"`},
			[]string{os.Getenv("PORT"), os.Getenv("AI_MODEL"), os.Getenv("NOT_OURS")})
		_, set := os.LookupEnv("LOG_LEVEL")
		require.False(t, set)
	})
	t.Run("that has a line end behind a value, as secrets made of files do, is named too", func(t *testing.T) {
		unset(t, "DB_URL", "LOG_LEVEL", "PORT")
		t.Setenv("DB_URL", "postgres://ann:hunter22@db/tickets\n")
		t.Setenv("PORT", " '3001' ")
		t.Setenv("LOG_LEVEL", " ")
		t.Setenv("NOT_OURS", "a\n")
		notes, err := loaded(t, "")
		require.NoError(t, err)
		require.Len(t, notes, 2)
		require.Contains(t, notes[0], "DB_URL has blanks or line ends around its value")
		require.Contains(t, notes[1], "PORT has quotes")
		require.NotContains(t, strings.Join(notes, ""), "hunter")
		require.Equal(t, []string{"postgres://ann:hunter22@db/tickets", "3001", "a\n"},
			[]string{os.Getenv("DB_URL"), os.Getenv("PORT"), os.Getenv("NOT_OURS")})
		_, set := os.LookupEnv("LOG_LEVEL")
		require.False(t, set)
	})
	t.Run("whose port is a link to a service is ignored by name", func(t *testing.T) {
		unset(t, "PORT", "WORKER_PORT", "TICKETD_PORT")
		t.Setenv("WORKER_PORT", "tcp://10.96.0.12:3000")
		t.Setenv("TICKETD_PORT", "tcp://10.96.0.13:3000")
		notes, err := loaded(t, "WORKER_PORT=9100")
		require.NoError(t, err)
		require.Len(t, notes, 1)
		require.Contains(t, notes[0], "WORKER_PORT is ignored")
		require.Equal(t, []string{"9100", "tcp://10.96.0.13:3000"},
			[]string{os.Getenv("WORKER_PORT"), os.Getenv("TICKETD_PORT")})
	})
}

//nolint:paralleltest // it changes the environment
func TestNamesThatWereProbablyMistyped(t *testing.T) {
	unset(t, "DB_URL", "OPENAI_API_KEY", "AI_MODEL", "API_KEYS", "REDIS_URL", "REDIS_URI", "HOSTS", "DB_ULR",
		"OPENAI_APIKEY", "DATABASE_URL")
	t.Run("are named with what was meant, once each", func(t *testing.T) {
		unset(t, "DB_ULR", "OPENAI_APIKEY")
		notes, err := loaded(t, "DB_ULR=hunter22\nDB_ULR=hunter22\nOPENAI_APIKEY=hunter22\nAPI_KEY=\n")
		require.NoError(t, err)
		require.Equal(t, []string{
			"DB_ULR in .env is no setting and is ignored; did you mean DB_URL?",
			"OPENAI_APIKEY in .env is no setting and is ignored; did you mean OPENAI_API_KEY?",
		}, notes)
	})
	t.Run("also by the name that other programs use", func(t *testing.T) {
		unset(t, "DATABASE_URL")
		notes, err := loaded(t, "DATABASE_URL=hunter22")
		require.NoError(t, err)
		require.Equal(t, []string{"DATABASE_URL in .env is no setting and is ignored; did you mean DB_URL?"}, notes)
	})
	t.Run("also in the environment, if their beginning is ours", func(t *testing.T) {
		t.Setenv("REDIS_URI", "hunter22")
		t.Setenv("API_KEY", "hunter22")
		notes, err := loaded(t, "")
		require.NoError(t, err)
		require.Equal(t, []string{"REDIS_URI is no setting and is ignored; did you mean REDIS_URL?"}, notes)
	})
	t.Run("are let be if what was meant is set, or nothing of ours is like them", func(t *testing.T) {
		unset(t, "AI_MODLE", "DB_USER", "POSTGRES_PASSWORD", "OTEL_TRACES_SAMPLER", "HOST", "DB_URL")
		t.Setenv("AI_MODEL", "m")
		notes, err := loaded(t, "AI_MODLE=x\nDATABASE_URL=x\nDB_URL=sqlite://a.db\nDB_USER=x\nHOST=x\n"+
			"POSTGRES_PASSWORD=x\nOTEL_TRACES_SAMPLER=always_on\n")
		require.NoError(t, err)
		require.Empty(t, notes)
	})
}
