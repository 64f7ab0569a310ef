// Package learning_test runs the commands eval and train, and what they make of a server, through the real
// program.
package learning_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
)

const limit = system.Patience

// row is a labelled ticket as a file has it.
type row struct {
	ID          string  `json:"id"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Category    string  `json:"category"`
	Priority    *string `json:"priority"`
	Source      string  `json:"source,omitempty"`
}

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	return dir
}

func lines(t *testing.T, rows []row) string {
	t.Helper()
	var b strings.Builder
	for _, r := range rows {
		line, err := json.Marshal(r)
		require.NoError(t, err)
		b.Write(append(line, '\n'))
	}
	return b.String()
}

// few are tickets on which the lexicon is right, unsure and wrong, and the model (see
// modelserver.DefaultJudge) right but for two.
func few() []row {
	high, low := "high", "low"
	return []row{
		{
			"t1", "Refund please", "You charged me twice, please refund the second payment of my invoice.", "billing",
			&high, "shop",
		},
		{
			"t2", "App broken", "The app shows an error message and crashes whenever I open it.", "technical", &high,
			"shop",
		},
		{"t3", "Hm", "zorbit quandle", "general", nil, "odd"},
		{"t4", "Hm", "blorf invoice wibble", "billing", &low, "odd"},
		{"t5", "Hm", "There is an error with the card payment of my order.", "technical", nil, "odd"},
		{"t6", "Where is it?", "When will my parcel arrive?", "general", &low, "shop"},
	}
}

// desk are tickets with words that no lexicon knows, so that there is something to learn.
func desk(n int) []row {
	words := [3][]string{{"zorbit", "quandle", "fremp"}, {"borkle", "wazzit", "jaspik"},
		{"humdee", "ploover", "snarf"}}
	labels := [3]string{"billing", "technical", "general"}
	priorities := [3]string{"low", "medium", "high"}
	fillers := []string{"alpha", "beta", "gamma", "delta", "sigma", "omega", "kappa", "theta"}
	var rows []row
	for i := range n {
		w := words[i%3]
		text := ""
		for k := range 9 {
			text += fillers[(i*7+k*(i%5+1))%len(fillers)] + fmt.Sprintf("%c ", 'a'+(i/3+k)%26)
		}
		text = w[i%2] + " " + text + w[(i/3)%3]
		rows = append(rows, row{fmt.Sprint(i), "Ticket " + w[(i/5)%3], text, labels[i%3], &priorities[i%3], ""})
	}
	return rows
}

// run runs the program in dir until it ends.
func run(t *testing.T, dir string, env system.Env, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return system.Run(t, system.Join(env, system.Env{"PWD": dir}), args...)
}

func withModel(t *testing.T) (*modelserver.Server, system.Env) {
	t.Helper()
	m := modelserver.New(t)
	return m, system.Asking(m)
}
