// Package deploy_test compares the dashboard and the alerts with what a server and a worker really serve.
package deploy_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const root = "../../../deploy"

// query is an expression and where it stands.
type query struct {
	where, text string
	legend      string
}

type rule struct {
	Alert       string
	Expr        string
	Labels      map[string]string
	Annotations map[string]string
}

func alerts(t *testing.T) []rule {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "prometheus/alerts.yml"))
	require.NoError(t, err)
	var file struct{ Groups []struct{ Rules []rule } }
	require.NoError(t, yaml.Unmarshal(data, &file))
	var all []rule
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	require.Greater(t, len(all), 8)
	return all
}

type panel struct {
	ID         int
	Title      string
	Type       string
	Panels     []panel
	Datasource struct{ UID string }
	Targets    []struct{ Expr, LegendFormat string }
}

func dashboard(t *testing.T) []panel {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "grafana/dashboards/ticketd.json"))
	require.NoError(t, err)
	var file struct {
		UID    string
		Panels []panel
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.NotEmpty(t, file.UID)
	require.Greater(t, len(file.Panels), 20)
	return file.Panels
}

func queries(t *testing.T) []query {
	t.Helper()
	var all []query
	for _, r := range alerts(t) {
		all = append(all, query{"the alert " + r.Alert, r.Expr,
			strings.Join(slices.Collect(maps.Values(r.Annotations)), " ")})
	}
	for _, p := range dashboard(t) {
		for _, target := range p.Targets {
			all = append(all, query{"the panel " + p.Title, target.Expr, target.LegendFormat})
		}
	}
	return all
}

// always are labels that Prometheus itself adds.
var always = []string{"job", "instance"}

// mentioned are labels in a legend or in an annotation.
var mentioned = regexp.MustCompile(`\{\{\s*(?:\$labels\.)?([a-z]\w*)\s*\}\}`)

// unknown says what a query names that does not exist.
func unknown(q query, known map[string][]string) []string {
	var wrong []string
	e := parse(q.text)
	have := slices.Clone(always)
	for metric, labels := range e.metrics {
		exist, found := known[metric]
		if !found {
			wrong = append(wrong, "there is no metric "+metric)
		}
		have = append(have, exist...)
		for _, l := range labels {
			if !slices.Contains(exist, l) && !slices.Contains(always, l) {
				wrong = append(wrong, metric+" has no label "+l)
			}
		}
	}
	shown := e.grouping
	for _, m := range mentioned.FindAllStringSubmatch(q.legend, -1) {
		shown = append(shown, m[1])
	}
	for _, l := range shown {
		if !slices.Contains(have, l) {
			wrong = append(wrong, "nothing in it has a label "+l)
		}
	}
	return wrong
}

func TestTheDashboardAndTheAlertsNameOnlyWhatExists(t *testing.T) {
	t.Parallel()
	known := served(t)
	known["up"] = nil // Prometheus' own
	used := map[string]bool{}
	for _, q := range queries(t) {
		require.Empty(t, unknown(q, known), "%s: %s", q.where, q.text)
		e := parse(q.text)
		require.NotEmpty(t, e.metrics, "%s: %s", q.where, q.text)
		for metric := range e.metrics {
			used[family(metric)] = true
		}
	}
	for metric := range known {
		name := family(metric)
		if strings.HasPrefix(name, "ticketd_") && !strings.HasPrefix(name, "ticketd_go_sql_") {
			require.True(t, used[name], "nobody looks at %s", name)
		}
	}
}

// family is a histogram's name without the ends of its series.
func family(series string) string {
	return regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(series, "")
}

func TestMistakesInQueriesAreFound(t *testing.T) {
	t.Parallel()
	known := map[string][]string{"a_total": {"route"}, "b_bucket": {"le", "route"}, "up": nil}
	for name, c := range map[string]struct {
		query query
		wrong int
	}{
		"a right one": {
			query{text: `sum by (route) (rate(a_total{route!~"/x|/y{1}", job="j"}[5m])) / 1e3 > 0.5`,
				legend: "{{route}} {{instance}}"}, 0,
		},
		"a right histogram": {
			query{text: `histogram_quantile(0.99, sum by (le) (rate(b_bucket{route="sum(x)"}[$__rate_interval])))`}, 0,
		},
		"a right alert": {
			query{text: `up{job=~"a.+"} == 0 or absent(up{job="b"})`,
				legend: "{{ $labels.job }} {{ $value | humanize }}"}, 0,
		},
		"an unknown metric":                 {query{text: `sum(rate(a_totals[5m]))`}, 1},
		"an unknown metric behind or":       {query{text: `sum(a_total) or vector(b)`}, 1},
		"an unknown label in braces":        {query{text: `a_total{rout="x"}`}, 1},
		"an unknown label to group by":      {query{text: `sum by (route, status) (a_total)`}, 1},
		"an unknown label in the legend":    {query{text: `a_total`, legend: "{{status}}"}, 1},
		"an unknown label in an annotation": {query{text: `a_total`, legend: "{{ $labels.status }}"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Len(t, unknown(c.query, known), c.wrong, "%v", unknown(c.query, known))
		})
	}
}

func TestEveryAlertSaysWhatToDo(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/operations.md")
	require.NoError(t, err)
	runbook := string(page)
	seen := map[string]bool{}
	for _, r := range alerts(t) {
		require.False(t, seen[r.Alert], r.Alert)
		seen[r.Alert] = true
		require.NotEmpty(t, r.Annotations["summary"], r.Alert)
		require.NotEmpty(t, r.Annotations["description"], r.Alert)
		require.Equal(t, `{{or $externalLabels.ticketd_docs "docs/operations.md"}}#`+strings.ToLower(r.Alert),
			r.Annotations["runbook_url"])
		require.Contains(t, runbook, "\n### "+r.Alert+"\n")
		require.Contains(t, []string{"critical", "warning"}, r.Labels["severity"], r.Alert)
	}
}

func TestTheDashboardHangsTogether(t *testing.T) {
	t.Parallel()
	ids := map[int]bool{}
	for _, p := range dashboard(t) {
		require.False(t, ids[p.ID], "%s has the number of another panel", p.Title)
		ids[p.ID] = true
		require.NotEmpty(t, p.Title)
		require.Empty(t, p.Panels, "a collapsed row hides queries from these tests")
		if p.Type != "row" {
			require.NotEmpty(t, p.Targets, p.Title)
			require.Equal(t, "${datasource}", p.Datasource.UID, p.Title)
		}
	}
	data, err := os.ReadFile(filepath.Join(root, "grafana/provisioning/datasources/prometheus.yml"))
	require.NoError(t, err)
	var file struct {
		Datasources []struct{ UID, Type string }
	}
	require.NoError(t, yaml.Unmarshal(data, &file))
	require.Equal(t, "prometheus", file.Datasources[0].UID)
}
