package lexicon_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local/lexicon"
)

// sound returns files without fault.
func sound() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"words.txt":    "// a remark\n[dropped]\nthe my\ndas\n[common]\ncheater\n",
		"billing.txt":  "[refund] billing=3 technical=-0.3\n\nrefund*; Rückzahl*\nmoney .. back;\n",
		"general.txt":  "[order] topic general=1.4\norder number #; the l'été",
		"shared.txt":   "[problem] urgency=0.5\nproblem",
		"pairs.txt":    "[refund | order] billing=0.5\nproblem; order\n[problem] general=-1\nrefund\n",
		"priority.txt": "", "technical.txt": "// nothing\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestParse(t *testing.T) {
	t.Parallel()
	t.Run("the embedded files have no fault", func(t *testing.T) {
		t.Parallel()
		lex, err := lexicon.Parse(lexicon.BuiltIn())
		require.NoError(t, err)
		require.Greater(t, len(lex.Concepts), 50)
		require.NotEmpty(t, lex.Pairs)
	})
	t.Run("it gives what the files say, in their order", func(t *testing.T) {
		t.Parallel()
		lex, err := lexicon.Parse(sound())
		require.NoError(t, err)
		require.Equal(t, []lexicon.Concept{
			{Name: "refund", Weights: lexicon.Weights{3, -0.3, 0}, Cues: []lexicon.Cue{
				{Label: "refund", Words: "refund*"}, {Label: "Rückzahl", Words: "ruckzahl*"},
				{Label: "money … back", Words: "money .. back"},
			}},
			{Name: "order", Weights: lexicon.Weights{0, 0, 1.4}, Topic: true, Cues: []lexicon.Cue{
				{Label: "order number #", Words: "order number #"}, {Label: "the l'été", Words: "l ete"},
			}},
			{Name: "problem", Urgency: 0.5, Cues: []lexicon.Cue{{Label: "problem", Words: "problem"}}},
		}, lex.Concepts)
		require.Equal(t, []lexicon.Pair{
			{First: 0, Second: 2, Weights: lexicon.Weights{0.5, 0, 0}}, {First: 0, Second: 1,
				Weights: lexicon.Weights{0.5, 0, 0}},
			{First: 1, Second: 2, Weights: lexicon.Weights{0.5, 0, 0}}, {First: 1, Second: 1,
				Weights: lexicon.Weights{0.5, 0, 0}},
			{First: 2, Second: 0, Weights: lexicon.Weights{0, 0, -1}},
		}, lex.Pairs)
		require.Equal(t, map[string]struct{}{"the": {}, "my": {}, "das": {}}, lex.Dropped)
		require.Equal(t, map[string]struct{}{"cheater": {}}, lex.Common)
	})
}

func TestParse_BrokenLines(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, file, text, want string }{
		{"a cue without a concept", "billing.txt", "\nrefund*\n",
			`billing.txt:2: "refund*" stands before the first [name]`},
		{"an open bracket", "billing.txt", "// x\n[refund billing=3\nrefund*\n",
			`billing.txt:2: "[refund billing=3" has no "]"`},
		{"a missing name", "billing.txt", "[] billing=3\nrefund*\n",
			`billing.txt:1: a name is missing in "[] billing=3"`},
		{"two names", "billing.txt", "[refund|x] billing=3\nrefund*\n",
			"billing.txt:1: a concept must have one name"},
		{"an unknown label", "billing.txt", "[refund] biling=3\nrefund*\n",
			`billing.txt:1: "biling" is none of billing, technical, general and urgency`},
		{"a weight that is no number", "billing.txt", "[refund] billing=3,5\nx\n",
			"billing.txt:1: billing=3,5 must be a number"},
		{"a weight without a number", "billing.txt", "[refund] billing\nx\n",
			"billing.txt:1: billing= must be a number"},
		{"a weight without a measure", "billing.txt", "[refund] billing=NaN\nx\n",
			"must be a number from -10 to 10"},
		{"a weight beyond reason", "billing.txt", "[refund] billing=30\nx\n",
			"must be a number from -10 to 10"},
		{"a label given twice", "billing.txt", "[refund] billing=3 billing=2\nx\n",
			"billing.txt:1: billing is given twice"},
		{"a concept without cues", "billing.txt", "[refund] billing=3\n\n[x]\nx",
			"billing.txt:1: nothing stands below [refund]"},
		{"a concept that stands twice", "shared.txt", "[problem]\nproblem\n[problem]\nx",
			`shared.txt:3: the concept "problem" stands twice`},
		{"an empty cue", "shared.txt", "[problem]\nproblem;; x", "shared.txt:2: a cue is empty"},
		{"a cue of dropped words", "shared.txt", "[problem]\nproblem; the my",
			"shared.txt:2: a cue is empty"},
		{"a cue of which one word is left", "shared.txt", "[problem]\nthe problem",
			`shared.txt:2: of the cue "the problem" only "problem" is left`},
		{"a cue that stands twice", "shared.txt", "[problem]\nproblem\nthe order number #",
			`shared.txt:3: the cue "the order number #" stands twice`},
		{"a cue that begins with a gap", "shared.txt", "[problem]\n.. problem",
			`".." must stand between words`},
		{"a cue that ends with a gap", "shared.txt", "[problem]\nproblem ..", `must not end with ".."`},
		{"two gaps in a row", "shared.txt", "[problem]\nsome .. .. problem", `".." must stand between words`},
		{"a stem that is too short", "shared.txt", "[problem]\nproblem; pr*",
			`shared.txt:2: "pr*" needs at least 3 letters`},
		{"an ending that is too short", "shared.txt", "[problem]\nproblem; *blem",
			`"*blem" needs at least 5 letters`},
		{"a stem that is an ending", "shared.txt", "[problem]\nproblem; *roblem*",
			`"*roblem*" has a * at both ends`},
		{"a word that no text has", "shared.txt", "[problem]\nproblem; e#", `no text has the word "e#"`},
		{"a mark inside a word", "shared.txt", "[problem]\nproblem; pro*blem",
			`no text has the word "pro*blem"`},
		{"a pair with a stranger", "pairs.txt", "[refund]\nproblem\norderr",
			`pairs.txt:3: there is no concept "orderr"`},
		{"a stranger in the brackets", "pairs.txt", "[refund|orderr]\nproblem",
			`pairs.txt:1: there is no concept "orderr"`},
		{"a partner that stands twice", "pairs.txt", "[refund]\nproblem\nproblem",
			`pairs.txt:3: "problem" stands twice`},
		{"a topic that stands twice", "billing.txt", "[refund] topic billing=1 topic\nx",
			"billing.txt:1: topic is given twice"},
		{"a pair that is a topic", "pairs.txt", "[refund] topic\nproblem",
			"pairs.txt:1: a pair has no urgency and is no topic"},
		{"a pair with urgency", "pairs.txt", "[refund] urgency=1\nproblem",
			"pairs.txt:1: a pair has no urgency and is no topic"},
		{"a word that stands twice", "words.txt", "[dropped]\nthe my the\n[common]\nx",
			`words.txt:2: "the" stands twice`},
		{"an unknown kind of words", "words.txt", "[dropped]\nthe\n[rare]\nx",
			"words.txt:3: [rare] is neither"},
	}
	for _, c := range cases {
		t.Run(c.name+" is named", func(t *testing.T) {
			t.Parallel()
			files := sound()
			files[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			_, err := lexicon.Parse(files)
			require.ErrorContains(t, err, c.want)
		})
	}
	t.Run("all are named at once", func(t *testing.T) {
		t.Parallel()
		files := sound()
		files["technical.txt"] = &fstest.MapFile{Data: []byte("[login] technical=x\nlog in; ; a..b\n")}
		_, err := lexicon.Parse(files)
		require.ErrorContains(t, err, "technical.txt:1: technical=x must be a number")
		require.ErrorContains(t, err, "technical.txt:2: a cue is empty")
		require.ErrorContains(t, err, `technical.txt:2: no text has the word "a..b"`)
	})
	t.Run("a missing file is named", func(t *testing.T) {
		t.Parallel()
		files := sound()
		delete(files, "pairs.txt")
		_, err := lexicon.Parse(files)
		require.ErrorIs(t, err, fs.ErrNotExist)
		require.ErrorContains(t, err, "pairs.txt")
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lexicon.Parse(lexicon.BuiltIn()); err != nil {
			b.Fatal(err)
		}
	}
}
