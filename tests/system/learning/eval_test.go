package learning_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app/evaluation"
	"ticketd/tests/support/modelserver"
)

func decode(t *testing.T, stdout string) evaluation.Result {
	t.Helper()
	var doc evaluation.Result
	require.NoError(t, json.Unmarshal([]byte(stdout), &doc), stdout)
	return doc
}

func TestEval_Local(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few()),
		"tickets.csv": "title,description,category\nRefund please,\"You charged me twice,\nplease " +
			"refund\",billing\n"})

	t.Run("it needs no key and asks nothing", func(t *testing.T) {
		t.Parallel()
		status, stdout, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl")
		require.Equal(t, 0, status, stderr)
		require.Empty(t, stderr)
		for _, part := range []string{
			"6 tickets, 6 classified, 0 fallbacks, 0 failed calls", "category: accuracy", "priority: accuracy",
			"macro-F1", "ECE", "90 % precision", "by source", "shop", "odd", "latency in ms",
		} {
			require.Contains(t, stdout, part)
		}
	})
	t.Run("it says when and by which program, and what a constant would be worth", func(t *testing.T) {
		t.Parallel()
		status, stdout, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl")
		require.Equal(t, 0, status, stderr)
		require.Regexp(t,
			`^local on tickets\.jsonl\n20\d\d-\d\d-\d\d \d\d:\d\d UTC, ticketd \S+, commit \S+\n`, stdout)
		require.Regexp(t, `category: accuracy 0\.\d{3} \(always billing: 0\.333\)`, stdout)
		require.Regexp(t, `priority: accuracy \d\.\d{3} \(always low: 0\.500\)`, stdout)
	})
	t.Run("it shows how wrong tickets begin only if it is asked to", func(t *testing.T) {
		t.Parallel()
		dir := folder(t, map[string]string{
			"wrong.csv": "id,title,description,category\n7,Hello,\"You charged me twice,\nplease refund\",general\n",
		})
		for _, c := range []struct {
			flags []string
			shown bool
		}{{nil, false}, {[]string{"--show-text"}, true}} {
			status, stdout, stderr := run(t, dir, nil, append([]string{"eval", "--data", "wrong.csv"}, c.flags...)...)
			require.Equal(t, 0, status, stderr)
			require.Regexp(t, `0\.9\d: 7 is general, not billing`, stdout)
			require.Contains(t, stdout, "wrong category (1), ")
			require.Equal(t, c.shown, strings.Contains(stdout, "      Hello\n"), stdout)
			require.Equal(t, c.shown, strings.Contains(stdout, "You charged me twice, please refund"), stdout)
			require.Equal(t, !c.shown, strings.Contains(stdout, "--show-text"), stdout)
		}
	})
	t.Run("CSV is read as well", func(t *testing.T) {
		t.Parallel()
		status, stdout, stderr := run(t, dir, nil, "eval", "--data", "tickets.csv", "--json")
		require.Equal(t, 0, status, stderr)
		require.InDelta(t, 1, decode(t, stdout).Report.Category.Accuracy, 1e-9)
	})
	t.Run("the report needs no network", func(t *testing.T) {
		t.Parallel()
		out := filepath.Join(t.TempDir(), "r.html")
		status, _, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl", "--report", out)
		require.Equal(t, 0, status, stderr)
		page, err := os.ReadFile(out)
		require.NoError(t, err)
		require.Contains(t, string(page), "<svg")
		for _, loads := range []string{"src=", "@import", "url(", "<link", "<script src", "<base"} {
			require.NotContains(t, string(page), loads)
		}
		for _, m := range regexp.MustCompile(`(?i)href\s*=\s*["']?([^"'\s>]*)`).FindAllStringSubmatch(string(page),
			-1) {
			require.True(t, strings.HasPrefix(m[1], "#"), "a link to %s", m[1])
		}
	})
	t.Run("--limit takes some of the whole file", func(t *testing.T) {
		t.Parallel()
		status, stdout, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl", "--limit", "2", "--json")
		require.Equal(t, 0, status, stderr)
		doc := decode(t, stdout)
		require.Equal(t, 2, doc.Report.Tickets)
		require.Len(t, doc.Report.Sources, 2)
	})
	t.Run("an earlier run can be compared with", func(t *testing.T) {
		t.Parallel()
		out := filepath.Join(t.TempDir(), "before.jsonl")
		status, _, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl", "--outcomes", out)
		require.Equal(t, 0, status, stderr)
		status, stdout, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl", "--compare", out, "--json")
		require.Equal(t, 0, status, stderr)
		c := decode(t, stdout).Compared.Comparison
		require.Zero(t, len(c.Won)+len(c.Lost)+c.Missing)
		require.Equal(t, 6, c.BothRight+len(c.BothWrong))
	})
	t.Run("an earlier run over other tickets is refused, also where they are called alike", func(t *testing.T) {
		t.Parallel()
		dir := folder(t, map[string]string{
			"a.csv": "title,description,category\nRefund,Please refund my invoice.,billing\nCrash,The app " +
				"crashes.,technical\n",
			"b.csv": "title,description,category\nRefund,Please refund my invoice.,billing\nHello,Where are " +
				"you?,general\n",
			"c.csv": "id,title,description,category\n1,Refund,Please refund my invoice.,billing\n",
		})
		status, _, stderr := run(t, dir, nil, "eval", "--data", "a.csv", "--outcomes", "a.jsonl")
		require.Equal(t, 0, status, stderr)
		for data, says := range map[string]string{
			"b.csv": `--compare a.jsonl: it is about other tickets: of 2 with the same id 1 have other words, the ` +
				`first is "line 3"`,
			"c.csv": "--compare a.jsonl: it has none of the tickets of --data",
		} {
			status, stdout, stderr := run(t, dir, nil, "eval", "--data", data, "--compare", "a.jsonl")
			require.Equal(t, 1, status)
			require.Empty(t, stdout)
			require.Contains(t, stderr, says)
		}
	})
	t.Run("labels may have been mended since", func(t *testing.T) {
		t.Parallel()
		rows := few()
		dir := folder(t, map[string]string{"before.jsonl": lines(t, rows)})
		status, _, stderr := run(t, dir, nil, "eval", "--data", "before.jsonl", "--outcomes", "out.jsonl")
		require.Equal(t, 0, status, stderr)
		rows[0].Category = "general"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "now.jsonl"), []byte(lines(t, rows)), 0o600))
		status, stdout, stderr := run(t, dir, nil, "eval", "--data", "now.jsonl", "--compare", "out.jsonl",
			"--json")
		require.Equal(t, 0, status, stderr)
		require.Equal(t, evaluation.Flip{ID: "t1", Right: "general", Before: "billing", Now: "billing"},
			decode(t, stdout).Compared.Comparison.BothWrong[0])
	})
	t.Run("a report goes through a link and to a device", func(t *testing.T) {
		t.Parallel()
		dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few())})
		require.NoError(t, os.Symlink("page.html", filepath.Join(dir, "link.html")))
		status, stdout, stderr := run(t, dir, nil, "eval", "--data", "tickets.jsonl", "--report", "link.html",
			"--outcomes", "/dev/stdout", "--json")
		require.Equal(t, 0, status, stderr)
		require.FileExists(t, filepath.Join(dir, "page.html"))
		require.Equal(t, 6, strings.Count(stdout, `"text_hash"`))
	})
}

func TestEval_AModelThatDoesNotSayHowSureItIs(t *testing.T) {
	t.Parallel()
	m, env := withModel(t)
	m.Behave(modelserver.Right(func(c *modelserver.Completion) {
		c.Content, c.NoLogprobs = `{"category":"billing","priority":"high"}`, true
	}))
	dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few())})
	status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--classifier", "openai",
		"--yes", "--report", "page.html", "--outcomes", "out.jsonl")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "ECE – (n = 6)\n6 of them came without a confidence")
	require.Contains(t, stdout, "no part can be taken")
	require.NotContains(t, stdout, "ECE 0.000")
	page, err := os.ReadFile(filepath.Join(dir, "page.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "6 came without a confidence")
	outcomes, err := os.ReadFile(filepath.Join(dir, "out.jsonl"))
	require.NoError(t, err)
	require.Equal(t, 6, strings.Count(string(outcomes), `"confidence":null`))
	require.Equal(t, 6, strings.Count(string(outcomes), `"priority_confidence":null`))

	status, stdout, stderr = run(t, dir, env, "eval", "--data", "tickets.jsonl", "--classifier", "openai",
		"--yes", "--compare", "out.jsonl", "--json")
	require.Zero(t, status, stderr)
	doc := decode(t, stdout)
	require.Zero(t, len(doc.Compared.Comparison.Won)+len(doc.Compared.Comparison.Lost)+
		doc.Compared.Comparison.Missing)
	require.Equal(t, []int{6, 0, 6}, []int{doc.Report.Category.N, doc.Report.Category.Calibration.N,
		doc.Report.Category.Unknown()})
}

func TestEval_Refused(t *testing.T) {
	t.Parallel()
	rows := few()
	rows[1].Category, rows[4].Title = "tech", ""
	dir := folder(t, map[string]string{
		"good.jsonl": lines(t, few()), "bad.jsonl": lines(t, rows), "empty.jsonl": "", "other.txt": "x",
		"model": "no model", "outcomes.jsonl": "{}",
	})
	cases := []struct {
		name   string
		args   []string
		env    map[string]string
		status int
		want   []string
	}{
		{"no data", nil, nil, 2, []string{"--data"}},
		{
			"wrong rows, each by its line", []string{"--data", "bad.jsonl"}, nil, 1,
			[]string{"bad.jsonl:2: category must be one of", "bad.jsonl:5: title must have"},
		},
		{
			"an empty file", []string{"--data", "empty.jsonl"}, nil, 1,
			[]string{"empty.jsonl: there is no ticket in it"},
		},
		{"another format", []string{"--data", "other.txt"}, nil, 1, []string{"must end in .jsonl"}},
		{
			"a classifier that is not known", []string{"--data", "good.jsonl", "--classifier", "gpt"}, nil, 1,
			[]string{"AI_CLASSIFIER must be"},
		},
		{
			"a cascade without a key", []string{"--data", "good.jsonl", "--classifier", "cascade"}, nil, 1,
			[]string{"AI_CLASSIFIER is cascade, which needs OPENAI_API_KEY"},
		},
		{
			"a threshold out of range", []string{"--data", "good.jsonl"},
			map[string]string{"CASCADE_THRESHOLD": "1.5"}, 1,
			[]string{"CASCADE_THRESHOLD must be a number from 0 to 1"},
		},
		{
			"a threshold that is no number", []string{"--data", "good.jsonl"},
			map[string]string{"CASCADE_THRESHOLD": "NaN"}, 1, []string{"CASCADE_THRESHOLD"},
		},
		{
			"a sweep without a cascade", []string{"--data", "good.jsonl", "--sweep"}, nil, 1,
			[]string{"--sweep needs --classifier cascade"},
		},
		{
			"a model that is none", []string{"--data", "good.jsonl", "--model", "model"}, nil, 1,
			[]string{"LOCAL_MODEL: model: this is no model file"},
		},
		{
			"a comparison with a file that is no model", []string{"--data", "good.jsonl", "--compare", "model"}, nil,
			1, []string{"--compare", "no model file"},
		},
		{
			"a comparison with lines that are no outcomes", []string{"--data", "good.jsonl", "--compare",
				"outcomes.jsonl"}, nil, 1, []string{"outcomes.jsonl:1: is no outcome"},
		},
		{
			"a concurrency out of range", []string{"--data", "good.jsonl", "--concurrency", "0"}, nil, 1,
			[]string{"--concurrency must be from 1"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := run(t, dir, c.env, append([]string{"eval"}, c.args...)...)
			require.Equal(t, c.status, status, stdout)
			require.Empty(t, stdout)
			for _, part := range c.want {
				require.Contains(t, stderr, part)
			}
		})
	}
}

func TestEval_Model(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few())})

	t.Run("it asks before calls that may cost money", func(t *testing.T) {
		t.Parallel()
		m, env := withModel(t)
		status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl")
		require.Equal(t, 1, status)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "6 calls, about")
		require.Contains(t, stderr, "input and 480 output tokens")
		require.Contains(t, stderr, "--yes")
		require.Zero(t, m.Hits())
	})
	t.Run("with --yes it asks the model about every ticket, once", func(t *testing.T) {
		t.Parallel()
		m, env := withModel(t)
		status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--yes", "--json",
			"--input-price", "1", "--output-price", "2")
		require.Equal(t, 0, status, stderr)
		require.Contains(t, stderr, "for about $0.0")
		doc := decode(t, stdout)
		require.Equal(t, 6, m.Calls())
		require.Equal(t, 6, doc.Report.Answered)
		require.InDelta(t, 1, doc.Report.Category.Accuracy, 1e-9)
		require.Positive(t, doc.Report.Tokens.Input)
		require.Equal(t, "model", doc.Report.Stages[0].Source)
	})
	t.Run("tickets that the model refuses are fallbacks, not wrong answers", func(t *testing.T) {
		t.Parallel()
		m, env := withModel(t)
		m.BehaveFor("Refund please", modelserver.Refusal())
		status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--yes", "--json")
		require.Equal(t, 0, status, stderr)
		r := decode(t, stdout).Report
		require.Equal(t, []int{6, 5, 1, 1}, []int{r.Tickets, r.Answered, r.Fallbacks, r.FailedCalls})
		require.Equal(t, map[string]int{"answer_refused": 1}, r.Errors)
		require.InDelta(t, 1, r.Category.Accuracy, 1e-9)
	})
	t.Run("a run in which every call fails is a failure", func(t *testing.T) {
		t.Parallel()
		m, env := withModel(t)
		m.Behave(modelserver.Refusal())
		status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--yes")
		require.Equal(t, 1, status)
		require.Contains(t, stdout, "6 fallbacks")
		require.Contains(t, stderr, "no ticket was classified")
	})
	t.Run("a wrong key ends the run and is not shown", func(t *testing.T) {
		t.Parallel()
		_, env := withModel(t)
		env["OPENAI_API_KEY"] = "sk-wrong-4711"
		status, _, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--yes")
		require.Equal(t, 1, status)
		require.Contains(t, stderr, "does not accept the key")
		require.NotContains(t, stderr, "4711")
	})
	t.Run("it is compared with the lexicon ticket by ticket", func(t *testing.T) {
		t.Parallel()
		_, env := withModel(t)
		status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--yes", "--compare", "local")
		require.Equal(t, 0, status, stderr)
		require.Contains(t, stdout, "against local:")
		require.Contains(t, stdout, "won: t5 is technical")
	})
}

func TestEval_Cascade(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few())})

	t.Run("only unsure tickets are paid for", func(t *testing.T) {
		t.Parallel()
		m, env := withModel(t)
		status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--classifier", "cascade",
			"--yes", "--json", "--cascade-threshold", "0.8")
		require.Equal(t, 0, status, stderr)
		doc := decode(t, stdout)
		require.Equal(t, doc.Cascade.Calls, m.Calls())
		require.Positive(t, doc.Cascade.Calls)
		require.Less(t, doc.Cascade.Calls, 6)
		require.InDelta(t, 1-float64(doc.Cascade.Calls)/6, doc.Cascade.Saved, 1e-9)
		require.Len(t, doc.Report.Stages, 2)
		require.Nil(t, doc.Sweep)
	})
	t.Run("with threshold 0 nobody has to be asked", func(t *testing.T) {
		t.Parallel()
		m, env := withModel(t)
		status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--classifier", "cascade",
			"--cascade-threshold", "0")
		require.Equal(t, 0, status, stderr)
		require.Contains(t, stdout, "100.0 % of the calls saved")
		require.Zero(t, m.Hits())
	})
	t.Run("a sweep pays once per ticket and shows every threshold", func(t *testing.T) {
		t.Parallel()
		m, env := withModel(t)
		out := filepath.Join(t.TempDir(), "r.html")
		status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--classifier", "cascade",
			"--sweep", "--yes", "--json", "--report", out)
		require.Equal(t, 0, status, stderr)
		doc := decode(t, stdout)
		require.Equal(t, 6, m.Calls())
		require.Len(t, doc.Sweep, 21)
		require.Zero(t, doc.Sweep[0].Calls.Calls)
		require.Equal(t, 6, doc.Sweep[20].Calls.Calls)
		for i := 1; i < len(doc.Sweep); i++ {
			require.GreaterOrEqual(t, doc.Sweep[i].Calls.Calls, doc.Sweep[i-1].Calls.Calls)
		}
		page, err := os.ReadFile(out)
		require.NoError(t, err)
		require.Equal(t, 5, strings.Count(string(page), "<svg"))
	})
}
