// Package readme_test does what the documents say: it runs every block of theirs as it stands, in a fresh
// folder, in their order.
package readme_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// pages are the documents whose every block is run. Each is a reader's session of its own.
var pages = []string{
	"README.md", "docs/api.md", "docs/architecture.md", "docs/clients.md", "docs/queue.md", "docs/speed.md",
	"docs/teach.md",
}

// notRun names blocks that are not run here, by page and heading, and says why.
var notRun = map[string]string{
	"docs/architecture.md#How it is built":    "a drawing",
	"docs/architecture.md#The map of folders": "a map to look at",
	"docs/clients.md#TypeScript":              "needs npm: tests/clients/documented.mjs runs all blocks there",
}

// substitution is what a test has to do otherwise than a reader, and why.
type substitution struct {
	says string
	does func() string
	why  string
}

// substitutions are made in the order of the list.
func (s *session) substitutions() []substitution {
	as := func(text string) func() string { return func() string { return text } }
	return []substitution{
		{"train --from-db", s.fromPeople, "people have given labels meanwhile"},
		{"go run ./cmd/ticketd", as(process.Binary(s.t)), "the same program, built once for all tests"},
		{"WORKER_PORT=3001", as("WORKER_PORT=0"), "the port may be taken here"},
		{"http://localhost:3000", as(s.address), "likewise"},
		{"localhost:3000", as(strings.TrimPrefix(s.address, "http://")), "likewise"},
		{"postgres://user:password@localhost:5432/tickets", s.postgres, "a database of the test's own"},
		{"createdb tickets", as("true"), "it is there already"},
		{"redis://localhost:6379", s.redis, "a Redis of the test's own"},
		{"redis-server --appendonly yes --daemonize yes", as("true"), "it runs already"},
		{"OPENAI_API_KEY=sk-your-key", s.model, "an imitation of a model"},
		{"--sweep", as("--sweep --yes"), "a reader is asked before it pays, and says yes"},
		{"go test ./...", as(goHere + "list ./... >/dev/null"), "the tests would run this one again"},
		{"go run ./tests/bench", as(goHere + "run ./tests/bench --help"), "only its flags: a run takes minutes"},
		{"go run " + generator + "@v2.8.2", as(s.tools + "/oapi-codegen"), "built from tools/go.mod"},
		{"go mod init example.com/helpdesk", as(helpdeskModule), "go.mod with what tidy would find in a network"},
		{"go mod tidy", as("true"), "see above"},
	}
}

var (
	// goHere is the go command in the repository, where a reader is.
	goHere         = "go -C " + root + " "
	helpdeskModule = "cp " + root + "/go.sum . && " +
		"sed 's#^module ticketd$#module example.com/helpdesk#' " + root + "/go.mod >go.mod"
)

// generator is the program that makes clients in Go.
const generator = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"

func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			if page == "docs/clients.md" {
				t.Run("with labels", func(t *testing.T) {
					t.Parallel()
					s := newSession(t)
					s.serve(process.Binary(t))
					s.read(page)
					require.Equal(t, "1 billing\n", s.output)
				})
				t.Run("in queue mode, without a worker", func(t *testing.T) {
					t.Parallel()
					s := newSession(t)
					s.env["USE_QUEUE"], s.env["REDIS_URL"] = "true", s.redis()
					s.serve(process.Binary(t))
					s.read(page)
					require.Equal(t, "1 not classified yet\n", s.output)
				})
				return
			}
			newSession(t).read(page)
		})
	}
}

func TestEveryBlockIsRun(t *testing.T) {
	t.Parallel()
	left := map[string]bool{}
	for _, page := range pages {
		for _, b := range blocksOf(t, page) {
			if _, ok := notRun[b.at()]; ok {
				left[b.at()] = true
				continue
			}
			require.Contains(t, []string{"sh", "json", "go"}, b.kind, "%s:%d: nobody knows how to run this block",
				b.page, b.line)
		}
	}
	require.Len(t, left, len(notRun), "notRun names blocks that are not there")

	script, err := os.ReadFile(filepath.Join(root, "tests/clients/documented.mjs"))
	require.NoError(t, err)
	require.Contains(t, string(script), `"docs/clients.md"`)
	require.Contains(t, string(script), `"TypeScript"`)
	tools, err := os.ReadFile(filepath.Join(root, "tools/go.mod"))
	require.NoError(t, err)
	require.Contains(t, string(tools), "github.com/oapi-codegen/oapi-codegen/v2 v2.8.2")
}

// fromPeople stores tickets with the labels that people gave.
func (s *session) fromPeople() string {
	s.bash(process.Binary(s.t) + " import --keep january.jsonl")
	return "train --from-db"
}

func (s *session) postgres() string {
	if s.dbURL == "" {
		s.dbURL = testenv.Postgres(s.t)
	}
	return s.dbURL
}

func (s *session) redis() string {
	if s.redisURL == "" {
		s.redisURL = testenv.Redis(s.t)
	}
	return s.redisURL
}

func (s *session) model() string {
	if s.modelURL == "" {
		s.modelURL = modelserver.New(s.t).URL()
	}
	return "OPENAI_API_KEY=" + modelserver.Key + " OPENAI_BASE_URL=" + s.modelURL
}

const patience = system.Patience
