package learning_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/app/evaluation"
	"ticketd/tests/support/system"
)

func TestTrain(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"desk.jsonl": lines(t, desk(150)), "few.jsonl": lines(t, desk(30))})
	status, stdout, stderr := run(t, dir, nil, "train", "--data", "desk.jsonl", "--out", "model")
	require.Equal(t, 0, status, stderr)
	require.Empty(t, stderr)
	model, err := os.ReadFile(filepath.Join(dir, "model"))
	require.NoError(t, err)

	t.Run("it says how good the model is on tickets that it did not see", func(t *testing.T) {
		t.Parallel()
		for _, part := range []string{
			"150 tickets", "built in", "trained, near-duplicates left out", "macro-F1", "ECE",
			"Use it with LOCAL_MODEL=model",
		} {
			require.Contains(t, stdout, part)
		}
	})
	t.Run("it shows what more labels would add", func(t *testing.T) {
		t.Parallel()
		_, curve, found := strings.Cut(stdout, "learning curve: ")
		require.True(t, found, stdout)
		// 120 of 150 are four folds of five
		require.Regexp(t,
			`tickets +accuracy +baseline +macro-F1\n +60( +[01]\.\d{3}){3}\n +120( +[01]\.\d{3}){3}\n`, curve)
		require.Regexp(t, `twice as many labels would add about|more labels of this kind would hardly help`, curve)
	})
	t.Run("priorities that the texts do not tell are called so", func(t *testing.T) {
		t.Parallel()
		rows := desk(150)
		random := rand.New(rand.NewPCG(1, 2))
		for i := range rows {
			rows[i].Priority = new([]string{"low", "medium", "high"}[random.IntN(3)])
		}
		dir := folder(t, map[string]string{"desk.jsonl": lines(t, rows)})
		status, stdout, stderr := run(t, dir, nil, "train", "--data", "desk.jsonl", "--out", "model")
		require.Equal(t, 0, status, stderr)
		require.Contains(t, stdout, "these priority labels cannot be learnt: of 150 tickets a model is right in ")
	})
	t.Run("the same data and seed give the same file, another seed another one", func(t *testing.T) {
		t.Parallel()
		for seed, same := range map[string]bool{"1": true, "2": false} {
			name := "again-" + seed
			status, _, stderr := run(t, dir, nil, "train", "--data", "desk.jsonl", "--out", name, "--seed", seed)
			require.Equal(t, 0, status, stderr)
			again, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Equal(t, same, bytes.Equal(model, again))
		}
	})
	t.Run("the model is better than the lexicon where it was trained", func(t *testing.T) {
		t.Parallel()
		status, stdout, stderr := run(t, dir, map[string]string{"LOCAL_MODEL": "model"}, "eval", "--data",
			"desk.jsonl", "--compare", "local", "--json")
		require.Equal(t, 0, status, stderr)
		doc := decode(t, stdout)
		require.Greater(t, doc.Report.Category.Accuracy, 0.95)
		require.Less(t, doc.Compared.Report.Category.Accuracy, 0.7)
		require.Contains(t, doc.Report.Stages[0].Model, "local-lexicon-")
		require.Contains(t, doc.Classifier, "local with model ")
	})
	t.Run("a report says first how many tickets the model was trained with", func(t *testing.T) {
		t.Parallel()
		rows := desk(210)[140:] // the model saw the first ten
		rows[1].Title, rows[1].Description = strings.ToUpper(rows[1].Title), rows[1].Description+" ?!"
		dir := folder(t, map[string]string{
			"some.jsonl": lines(t, rows), "new.jsonl": lines(t, rows[10:]), "model": string(model),
		})
		const warning = " was trained with 10 of these 70 tickets: its figures say what it remembers, " +
			"not how often it will be right."
		eval := func(args ...string) string {
			status, stdout, stderr := run(t, dir, nil, append([]string{"eval"}, args...)...)
			require.Equal(t, 0, status, stderr)
			return stdout
		}
		text := eval("--data", "some.jsonl", "--model", "model", "--report", "page.html")
		require.Regexp(t, `^Warning: local with model [0-9a-f]{8}`+regexp.QuoteMeta(warning)+"\n", text)
		page, err := os.ReadFile(filepath.Join(dir, "page.html"))
		require.NoError(t, err)
		require.Regexp(t, `<main>\s*<p class="warning" [^\n]*`+regexp.QuoteMeta(warning), string(page))
		require.Regexp(t, `^\{\n  "warning": "[^"]*`+regexp.QuoteMeta(warning),
			eval("--data", "some.jsonl", "--model", "model", "--json"))
		require.Regexp(t, `^Warning: local with model [0-9a-f]{8}`+regexp.QuoteMeta(warning)+"\n",
			eval("--data", "some.jsonl", "--compare", "model"), "the other one's figures count as well")

		doc := decode(t, eval("--data", "new.jsonl", "--model", "model", "--json"))
		require.Empty(t, doc.Warning)
		require.Equal(t, &evaluation.Seen{Known: true}, doc.Seen)
		require.Nil(t, decode(t, eval("--data", "some.jsonl", "--json")).Seen, "nothing was trained")
	})
	t.Run("each source is also judged by a model that has not seen it", func(t *testing.T) {
		t.Parallel()
		rows := desk(180)
		for i := range rows {
			rows[i].Source = []string{"mail", "chat"}[i/90]
		}
		dir := folder(t, map[string]string{"desk.jsonl": lines(t, rows)})
		status, stdout, stderr := run(t, dir, nil, "train", "--data", "desk.jsonl", "--out", "model")
		require.Equal(t, 0, status, stderr)
		require.Contains(t, stdout, "trained, whole source left out")
		_, table, found := strings.Cut(stdout,
			"category by source: what is built in, and a model that was trained without the source:")
		require.True(t, found, stdout)
		require.Regexp(t, `source +n +accuracy +baseline +macro-F1 +ECE +trained: accuracy +macro-F1 +ECE\n +chat `+
			`+90( +[01]\.\d{3}){7}\n +mail +90( +[01]\.\d{3}){7}\n`, table)
	})
	t.Run("too little data is refused and no file is written", func(t *testing.T) {
		t.Parallel()
		status, _, stderr := run(t, dir, nil, "train", "--data", "few.jsonl", "--out", "none")
		require.Equal(t, 1, status)
		require.Contains(
			t, stderr, "few.jsonl: there are only 10 tickets of the category billing; at least 20 are needed")
		require.NoFileExists(t, filepath.Join(dir, "none"))
	})
	t.Run("wrong flags are found before anything is read", func(t *testing.T) {
		t.Parallel()
		dir := folder(t, map[string]string{"desk.jsonl": "no ticket", "notes.txt": "dear diary"})
		require.NoError(t, os.Link(filepath.Join(dir, "desk.jsonl"), filepath.Join(dir, "link.jsonl")))
		for _, c := range []struct{ out, folds, want string }{
			{"no/such/model", "5", "--out: "},
			{".", "5", "--out: "},
			{"desk.jsonl", "5", "--out: desk.jsonl is the file with the labelled tickets"},
			{"link.jsonl", "5", "--out: link.jsonl is the file with the labelled tickets"},
			{"notes.txt", "5", "--out: notes.txt is there already and is no model"},
			{"model", "1", "--folds must be from 2 to 20"},
			{"model", "21", "--folds must be from 2 to 20"},
		} {
			status, _, stderr := run(t, dir, nil, "train", "--data", "desk.jsonl", "--out", c.out, "--folds", c.folds)
			require.Equal(t, 2, status, stderr)
			require.Contains(t, stderr, c.want)
		}
		for name, want := range map[string]string{"desk.jsonl": "no ticket", "notes.txt": "dear diary"} {
			got, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Equal(t, want, string(got))
		}
	})
	t.Run("an older model and an empty file may be replaced", func(t *testing.T) {
		t.Parallel()
		dir := folder(t, map[string]string{"desk.jsonl": lines(t, desk(90)), "old": string(model), "empty": ""})
		for _, name := range []string{"old", "empty"} {
			status, _, stderr := run(t, dir, nil, "train", "--data", "desk.jsonl", "--out", name)
			require.Equal(t, 0, status, stderr)
			written, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			require.NotEqual(t, model, written)
			require.NotEmpty(t, written)
		}
	})
}

func TestServe_LocalModel(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"desk.jsonl": lines(t, desk(150)), "foreign": "GIF89a"})
	status, _, stderr := run(t, dir, nil, "train", "--data", "desk.jsonl", "--out", "model")
	require.Equal(t, 0, status, stderr)
	data, err := os.ReadFile(filepath.Join(dir, "model"))
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	require.NoError(t, os.WriteFile(filepath.Join(dir, "flipped"), data, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cut"), data[:len(data)/2], 0o600))

	t.Run("a server uses the model", func(t *testing.T) {
		t.Parallel()
		s := system.Serve(t, system.Env{"PWD": dir, "LOCAL_MODEL": "model", "DB_URL": "sqlite://use.db"})
		ticket := s.Create(t, "Hello", "borkle wazzit jaspik")
		require.Equal(t, client.CategoryTechnical, ticket.Category.MustGet())
		require.Equal(t, client.SourceLocal, ticket.ClassifiedBy.MustGet())
		require.Contains(t, s.Log(), "local with model ")
	})
	for name, want := range map[string]string{
		"flipped": "the model file is damaged", "cut": "the model file is damaged",
		"foreign": "this is no model file", "none": "no such file",
	} {
		t.Run("a file that is "+name+" ends the start", func(t *testing.T) {
			t.Parallel()
			status, _, stderr := run(t, dir, map[string]string{"LOCAL_MODEL": name, "PORT": "0",
				"DB_URL": "sqlite://" + name + ".db"}, "serve")
			require.Equal(t, 1, status)
			require.Contains(t, stderr, "LOCAL_MODEL: ")
			require.Contains(t, stderr, want)
			require.NoFileExists(t, filepath.Join(dir, name+".db"),
				"nothing is made before the settings are known to be right")
		})
	}
}
