package readme_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/process"
)

// root is the repository's.
var root = func() string {
	path, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		panic(err)
	}
	return path
}()

// session is a reader at work: a folder, a shell's environment, and the servers that they have started.
type session struct {
	t     *testing.T
	env   map[string]string // of the shell, with PWD
	tools string            // a folder with programs that a reader would download

	server  *process.Process
	address string // of the server
	output  string // of the last command

	dbURL, redisURL, modelURL string
}

func newSession(t *testing.T) *session {
	t.Helper()
	s := &session{t: t, env: map[string]string{"PWD": t.TempDir(), "PORT": "0"}, tools: t.TempDir()}
	var goEnv map[string]string
	c := exec.CommandContext(t.Context(), "go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS")
	out, err := c.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &goEnv))
	maps.Copy(s.env, goEnv)
	provide(t, s.env["PWD"])
	return s
}

// read does what a page says.
func (s *session) read(page string) {
	s.t.Helper()
	for _, b := range blocksOf(s.t, page) {
		if _, ok := notRun[b.at()]; ok {
			continue
		}
		switch b.kind {
		case "sh":
			for _, command := range b.commands() {
				s.run(b, command)
			}
		case "json":
			s.compare(b)
		case "go":
			require.NotEmpty(s.t, b.file, "%s:%d: the file's name is missing", b.page, b.line)
			require.NoError(s.t, os.WriteFile(filepath.Join(s.env["PWD"], b.file), []byte(s.adapt(b.text)), 0o600))
		}
	}
}

// adapt makes the substitutions.
func (s *session) adapt(text string) string {
	for _, sub := range s.substitutions() {
		if strings.Contains(text, sub.says) {
			text = strings.ReplaceAll(text, sub.says, sub.does())
		}
	}
	return text
}

// lasting matches the commands that run until somebody ends them.
var lasting = regexp.MustCompile(`^(?:[A-Z_]+=\S+ )*go run \./cmd/ticketd(?: (worker))?(?: &)?$`)

func (s *session) run(b block, command string) {
	s.t.Helper()
	s.t.Logf("%s:%d: %s", b.page, b.line, command)
	command, _, _ = strings.Cut(command, "  #")
	command = strings.TrimSpace(command)
	does := s.adapt(command)
	switch found := lasting.FindStringSubmatch(command); {
	case found == nil && strings.HasPrefix(command, "redis-cli "):
		s.askRedis(does)
	case found == nil:
		if strings.Contains(command, generator) {
			s.bash("go -C " + root + "/tools build -o " + s.tools + "/ " + generator)
		}
		s.output = s.bash(does)
		require.NotContains(s.t, s.output, "Warning:", "%s:%d: the example is a bad one", b.page, b.line)
	case found[1] == "worker":
		s.start(does).WaitLog("Worker running", patience)
	default:
		s.serve(does)
	}
}

// serve starts a server in the place of the one before, which a reader ends by Ctrl-C: both want one port.
func (s *session) serve(command string) {
	s.t.Helper()
	if s.server != nil {
		require.Zero(s.t, s.server.Terminate(patience), "%s", s.server.Stderr())
	}
	s.server = s.start(command)
	s.address = s.server.URL()
}

func (s *session) start(command string) *process.Process {
	s.t.Helper()
	// The shell gives way to the program, so that signals reach it.
	at := strings.Index(command, process.Binary(s.t))
	command = strings.TrimSuffix(command[:at]+"exec "+command[at:], " &")
	return process.StartBinary(s.t, "bash", s.env, "-c", command)
}

// bash runs a command to its end and returns what it wrote. What it exports stays, and so does its folder.
func (s *session) bash(command string) string {
	s.t.Helper()
	state := filepath.Join(s.tools, "env")
	script := "set -euo pipefail\n" + command + "\nenv -0 >'" + state + "'"
	c := exec.CommandContext(s.t.Context(), "bash", "-c", script)
	c.Dir = s.env["PWD"]
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.tools, "AI_WARMUP_MS=0"}
	for name, value := range s.env {
		c.Env = append(c.Env, name+"="+value)
	}
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	require.NoError(s.t, c.Run(), "%s\n%s%s", command, stdout.String(), stderr.String())
	kept, err := os.ReadFile(state)
	require.NoError(s.t, err)
	for setting := range strings.SplitSeq(strings.TrimSuffix(string(kept), "\x00"), "\x00") {
		if name, value, _ := strings.Cut(setting, "="); name != "_" && name != "SHLVL" && name != "OLDPWD" {
			s.env[name] = value
		}
	}
	return stdout.String()
}

// askRedis sends what redis-cli would: the program may be missing where Redis runs in a container.
func (s *session) askRedis(command string) {
	s.t.Helper()
	words := s.bash(`printf '%s\0' ` + strings.TrimPrefix(command, "redis-cli "))
	var args []any
	for word := range strings.SplitSeq(strings.TrimSuffix(words, "\x00"), "\x00") {
		args = append(args, word)
	}
	options, err := redis.ParseURL(s.redis())
	require.NoError(s.t, err)
	client := redis.NewClient(options)
	defer client.Close() // it was only a test's
	require.NoError(s.t, client.Do(s.t.Context(), args...).Err(), command)
}

// compare holds the answer that a page shows against the one that came: the same fields with the same values,
// but for times and ids, of which there must be some where the page shows some.
func (s *session) compare(b block) {
	s.t.Helper()
	var shown, came map[string]any
	require.NoError(s.t, json.Unmarshal([]byte(b.text), &shown), "%s:%d", b.page, b.line)
	require.NoError(s.t, json.Unmarshal([]byte(s.output), &came), s.output)
	for name, value := range shown {
		varies := name == "id" || strings.HasSuffix(name, "_at")
		if varies && value != nil && came[name] != nil {
			require.IsType(s.t, value, came[name], name)
			shown[name] = came[name]
		}
	}
	require.Equal(s.t, shown, came, "%s:%d: the server answers otherwise", b.page, b.line)
}
