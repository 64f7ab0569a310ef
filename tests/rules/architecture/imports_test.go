// Package architecture_test enforces who may import whom.
package architecture_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "ticketd"

// rule lists what the non-test files of a package may import of this module, and whether they may import
// other modules. A name that ends in /... stands for a package and all below it. "self" stands for the
// package's own adapter.
type rule struct {
	pkg      string
	may      []string
	external bool
}

// rules are read from the top: the first match counts. A package without a match is unknown and fails.
var rules = []rule{
	{pkg: "domain"},
	{pkg: "ports", may: []string{"domain", "ports/search"}},
	{pkg: "ports/search", may: []string{"domain"}, external: true}, // Unicode's tables
	{pkg: "ports/spelling"},
	{pkg: "ports/retry", may: []string{"domain"}},
	{pkg: "ports/porttest", may: []string{"domain", "ports", "ports/search"}, external: true},
	{
		pkg: "app",
		may: []string{"domain", "ports", "app/classification", "app/evaluation", "app/importing", "ports/retry"},
	},
	{
		pkg: "app/importing",
		may: []string{"domain", "ports", "app/classification", "app/evaluation", "ports/retry"},
	},
	{pkg: "app/classification", may: []string{"domain", "ports", "ports/retry"}},
	{pkg: "app/demo", may: []string{"domain", "ports"}},
	{pkg: "app/delivery", may: []string{"domain", "ports", "ports/retry"}},
	{pkg: "app/evaluation", may: []string{"domain", "ports"}},
	{pkg: "migrations", external: true},
	{
		pkg: "adapters/internal/...", may: []string{"domain", "ports", "ports/search", "adapters/internal/..."},
		external: true,
	},
	{
		pkg: "adapters/files", may: []string{"domain", "ports", "app/evaluation", "adapters/internal/..."},
		external: true,
	},
	{pkg: "adapters/htmlreport", may: []string{"app/evaluation"}, external: true},
	{pkg: "adapters/textreport", may: []string{"app/evaluation"}},
	{pkg: "adapters/telemetry", external: true},
	{
		pkg: "adapters/httpapi/...",
		may: []string{
			"domain", "ports", "ports/search", "ports/spelling", "app", "app/classification", "app/evaluation",
			"ports/retry", "adapters/internal/...", "adapters/httpapi/...",
		},
		external: true,
	},
	{pkg: "adapters/redislimit", may: []string{"domain", "ports", "adapters/internal/..."}, external: true},
	{
		pkg: "adapters/redisstream", may: []string{"domain", "ports", "ports/retry", "adapters/internal/..."},
		external: true,
	},
	{
		pkg: "adapters/local/...", may: []string{"domain", "ports", "adapters/local/...", "adapters/internal/..."},
		external: true,
	},
	{pkg: "adapters/metrics", may: []string{"domain", "ports", "adapters/internal/..."}, external: true},
	{
		pkg: "adapters/openai/...",
		may: []string{"domain", "ports", "adapters/internal/...", "adapters/openai/..."}, external: true,
	},
	{
		pkg: "adapters/postgres/...",
		may: []string{
			"domain", "ports", "ports/retry", "ports/search", "adapters/internal/...", "adapters/postgres/...",
		},
		external: true,
	},
	{
		pkg: "adapters/sqlite", may: []string{"domain", "ports", "ports/search", "adapters/internal/..."},
		external: true,
	},
	{pkg: "adapters/webhook", may: []string{"domain", "ports", "adapters/internal/..."}, external: true},
	// Settings have some of the adapters' own types and checks.
	{pkg: "cmd/settings", may: []string{
		"domain", "ports/spelling", "adapters/httpapi", "adapters/metrics", "adapters/openai", "adapters/postgres",
		"adapters/redisstream", "adapters/telemetry",
	}, external: true},
	{
		pkg: "cmd/...",
		may: []string{
			"domain", "ports", "ports/retry", "ports/search", "ports/spelling", "app/...", "migrations",
			"adapters/...",
			"cmd/...",
		},
		external: true,
	},
	{
		pkg: "tests/...",
		may: []string{
			"domain", "ports", "ports/retry", "ports/search", "app/...", "migrations", "adapters/...", "cmd/...",
			"tests/...",
		},
		external: true,
	},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "go list: %s", stderr.String())
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func fits(pattern, pkg string) bool {
	base, tree := strings.CutSuffix(pattern, "/...")
	return pkg == base || tree && strings.HasPrefix(pkg, base+"/")
}

// violations returns every import of p that its rule forbids; a package without a rule is a violation itself.
func violations(p listed) []string {
	pkg := strings.TrimPrefix(p.ImportPath, module+"/")
	i := slices.IndexFunc(rules, func(r rule) bool { return fits(r.pkg, pkg) })
	if i < 0 {
		return []string{pkg + " is not on the map: give it a rule in tests/rules/architecture"}
	}
	var bad []string
	for _, imp := range p.Imports {
		inner, ours := strings.CutPrefix(imp, module+"/")
		first, _, _ := strings.Cut(imp, "/")
		switch {
		case ours && !slices.ContainsFunc(rules[i].may, func(m string) bool { return fits(m, inner) }):
			bad = append(bad, pkg+" must not import "+inner)
		case !ours && strings.Contains(first, ".") && !rules[i].external:
			bad = append(bad, pkg+" must not import other modules, such as "+imp)
		}
	}
	return bad
}

func TestEveryPackageImportsOnlyWhatTheMapAllows(t *testing.T) {
	t.Parallel()
	all := packages(t)
	require.Greater(t, len(all), 8, "go list found too few packages to mean anything")
	for _, p := range all {
		require.Empty(t, violations(p))
	}
}

func TestTheRulesCatchAWrongArrow(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]listed{
		"the domain imports a port":         {"ticketd/domain", []string{"ticketd/ports"}},
		"the domain imports another module": {"ticketd/domain", []string{"github.com/lib/pq"}},
		"a use case imports an adapter":     {"ticketd/app", []string{"ticketd/adapters/postgres"}},
		"an adapter imports another one": {
			"ticketd/adapters/postgres", []string{"ticketd/adapters/sqlite"},
		},
		"an outbound adapter imports a use case": {"ticketd/adapters/openai", []string{"ticketd/app"}},
		"a contract suite is used outside tests": {"ticketd/adapters/sqlite", []string{"ticketd/ports/porttest"}},
		"a test server is used outside the tests": {
			"ticketd/cmd/ticketd", []string{"ticketd/tests/support/testenv"},
		},
		"the settings open a store":    {"ticketd/cmd/settings", []string{"ticketd/adapters/sqlite"}},
		"a package is not on the map":  {"ticketd/util", nil},
		"an adapter is not on the map": {"ticketd/adapters/mysql", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, violations(wrong))
		})
	}
}
