package settings

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"ticketd/ports/spelling"
)

// otherNames are what other programs call some of our settings.
var otherNames = map[string]string{
	"DATABASE_URL": "DB_URL", "POSTGRES_URL": "DB_URL", "OPENAI_KEY": "OPENAI_API_KEY",
	"OPENAI_API_BASE": "OPENAI_BASE_URL", "OPENAI_MODEL": "AI_MODEL",
}

// prefixes begin names that are most likely meant for this program, also in an environment that it shares
// with others.
var prefixes = []string{"OPENAI_", "AI_", "DB_", "REDIS_", "RATE_LIMIT_", "WORKER_"}

// mistyped names the variables of the environment and the .env file that are no setting but like one that is
// not set.
func mistyped(environment []string, file []variable) (notes []string) {
	known := names()
	note := func(name, where, meant string) {
		if _, set := os.LookupEnv(meant); meant != "" && !set {
			const says = "%s%s is no setting and is ignored; did you mean %s?"
			notes = append(notes, fmt.Sprintf(says, name, where, meant))
		}
	}
	inFile := map[string]bool{}
	for _, v := range file {
		if v.value == "" || inFile[v.name] || isRight(v.name, known) {
			continue
		}
		inFile[v.name] = true
		meant := otherNames[v.name]
		if meant == "" {
			meant = spelling.Meant(v.name, known)
		}
		note(v.name, " in .env", meant)
	}
	for _, pair := range environment {
		name, _, _ := strings.Cut(pair, "=")
		prefixed := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		if prefixed && !inFile[name] && !isRight(name, known) {
			note(name, "", spelling.Meant(name, known))
		}
	}
	return notes
}

// isRight reports whether a name is right: a setting, or one of the many that OpenTelemetry's library reads.
func isRight(name string, known []string) bool {
	return slices.Contains(known, name) || strings.HasPrefix(name, "OTEL_")
}
