package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/bench/report"
)

func scenario(tree, other []float64) *report.Scenario {
	s := &report.Scenario{Name: "get", Clients: 32}
	for i := range max(len(tree), len(other)) {
		if i < len(tree) {
			s.Add("tree", report.Sample{PerSecond: tree[i], P50: 1, Wrong: i})
		}
		if i < len(other) {
			s.Add("pgbench", report.Sample{PerSecond: other[i]})
		}
	}
	return s
}

func TestScenario(t *testing.T) {
	t.Parallel()

	t.Run("an outlier does not move the median", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 300.0, scenario([]float64{5, 300, 400}, nil).Series[0].Median.PerSecond)
	})

	t.Run("the median of an even number is between the middle ones", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 250.0, scenario([]float64{5, 300, 200, 400}, nil).Series[0].Median.PerSecond)
	})

	t.Run("wrong answers are added up", func(t *testing.T) {
		t.Parallel()
		s := scenario([]float64{1, 1, 1}, nil)
		require.Equal(t, 3, s.Series[0].Median.Wrong)
		require.Equal(t, 3, (&report.Report{Scenarios: []*report.Scenario{s, scenario([]float64{1}, nil)}}).Wrong())
	})

	t.Run("ratios are taken within the rounds, so that a slowing machine does not matter", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, map[string]float64{"pgbench": 0.5},
			scenario([]float64{400, 200, 100}, []float64{800, 400, 200}).Ratios)
		require.Equal(t, map[string]float64{"pgbench": 0.5}, scenario([]float64{400, 200}, []float64{800}).Ratios)
	})

	t.Run("there is no ratio to what did nothing", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, map[string]float64{"pgbench": 0}, scenario([]float64{400}, []float64{0}).Ratios)
	})

	t.Run("costs are compared as rates are", func(t *testing.T) {
		t.Parallel()
		s := &report.Scenario{}
		for _, server := range []float64{0.1, 0.2, 0.4} {
			s.Add("tree", report.Sample{Server: server, Postgres: 0.1})
			s.Add("other", report.Sample{Server: 2 * server, Postgres: 0.2})
		}
		require.InDelta(t, 0.3, s.Series[0].Median.Cost(), 1e-9)
		require.InDelta(t, 0.5, s.CostRatios["other"], 1e-9)
	})

	t.Run("what a scenario has beside is a median too", func(t *testing.T) {
		t.Parallel()
		s := &report.Scenario{}
		for _, seconds := range []float64{9, 4, 5} {
			s.Add("tree", report.Sample{Extra: map[string]float64{"s": seconds}})
		}
		require.Equal(t, map[string]float64{"s": 5}, s.Series[0].Median.Extra)
	})
}

func TestReport(t *testing.T) {
	t.Parallel()
	r := report.Report{
		Setup: []string{"bench --quick"}, Scenarios: []*report.Scenario{scenario([]float64{400}, []float64{800})},
	}
	r.Scenarios[0].Add("tree", report.Sample{PerSecond: 200, Wrong: 1, FirstWrong: "status 500"})

	t.Run("the table has a line per contender, with its ratio and what went wrong", func(t *testing.T) {
		t.Parallel()
		var out bytes.Buffer
		require.NoError(t, r.WriteTable(&out))
		require.Contains(t, out.String(), "bench --quick\n")
		require.Regexp(t, `(?m)^\s+get\s+32\s+tree\s.*\s300\s.*\s1$`, out.String())
		require.Regexp(t, `(?m)^\s+pgbench\s.*\s800\s+0\.50\s`, out.String())
		require.Contains(t, out.String(), "get, tree: a wrong answer: status 500\n")
	})

	t.Run("one round beside other programs is enough for a warning", func(t *testing.T) {
		t.Parallel()
		for foreign, warns := range map[float64]bool{0.2: false, 0.9: true} {
			s := &report.Scenario{Name: "get"}
			s.Add("tree", report.Sample{PerSecond: 1, Foreign: foreign})
			s.Add("tree", report.Sample{PerSecond: 1})
			s.Add("tree", report.Sample{PerSecond: 1})
			var out bytes.Buffer
			require.NoError(t, (&report.Report{Scenarios: []*report.Scenario{s}}).WriteTable(&out))
			require.Equal(t, warns, strings.Contains(out.String(), "was not quiet"))
		}
	})

	t.Run("JSON has every round", func(t *testing.T) {
		t.Parallel()
		var out bytes.Buffer
		require.NoError(t, r.WriteJSON(&out))
		var back report.Report
		require.NoError(t, json.Unmarshal(out.Bytes(), &back))
		require.Equal(t, r.Scenarios[0].Series, back.Scenarios[0].Series)
	})
}
