package openai_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
)

// step is a token of a made-up answer: its text, its probability, and the alternatives (nil: not given).
type step struct {
	text   string
	p      float64
	others map[string]float64
}

// answerOf answers with this content and these tokens.
func answerOf(t *testing.T, content string, steps []step) modelserver.Behaviour {
	t.Helper()
	type entry map[string]any
	one := func(text string, p float64) entry { // -9999 is the provider's logarithm of 0
		return entry{"token": text, "logprob": max(math.Log(p), -9999)}
	}
	var list []entry
	for _, s := range steps {
		token, tops := one(s.text, s.p), []entry{one(s.text, s.p)}
		for text, p := range s.others {
			tops = append(tops, one(text, p))
		}
		if s.others != nil {
			token["top_logprobs"] = tops
		}
		list = append(list, token)
	}
	body, err := json.Marshal(entry{"choices": []entry{{
		"finish_reason": "stop", "message": entry{"content": content}, "logprobs": entry{"content": list},
	}}})
	require.NoError(t, err)
	return modelserver.Raw(string(body))
}

func TestTokenConfidence(t *testing.T) {
	t.Parallel()
	const content = `{"category":"technical","priority":"low","confidence":0.5,"priority_confidence":0.5}`
	rest := []step{{`","`, 1, nil}, {`priority":"low","confidence":0.5,"priority_confidence":0.5}`, 1, nil}}
	answer := func(before []step) []step { return append(before, rest...) }
	for name, c := range map[string]struct {
		steps []step
		want  float64
	}{
		"a label in one token is taken against the closed list": {answer([]step{{`{"category":"`, 1, nil},
			{"technical", 0.6, map[string]float64{"billing": 0.2, "general": 0.1, "Technical": 0.1}}}), 0.6 / 0.9},
		"the first of several tokens decides, the others are spelling": {answer([]step{{`{"category":"`, 1, nil},
			{"tech", 0.6, map[string]float64{"bill": 0.4}}, {"nical", 0.5, map[string]float64{"nology": 0.5}}}), 0.6},
		"two spellings of a label add up": {answer([]step{{`{"category":"`, 1, nil},
			{"tech", 0.4, map[string]float64{"technical": 0.3, "t": 0.1, "gen": 0.2}}, {"nical", 1, nil}}), 0.8},
		"a longer word is not the label": {answer([]step{{`{"category":"`, 1, nil},
			{"technical", 0.6, map[string]float64{"technicality": 0.2, `technical"`: 0.2}}}), 1},
		"a token may begin before the label": {answer([]step{{`{"category":`, 1, nil},
			{`"tech`, 0.5, map[string]float64{` "bill`: 0.25, `"Tech`: 0.25}}, {"nical", 1, nil}}), 0.5 / 0.75},
		"what the server does not show counts against the label": {answer([]step{{`{"category":"`, 1, nil},
			{"technical", 0.6, map[string]float64{"billing": 0.1}}}), 0.6},
		"without alternatives the token's own probability counts": {answer([]step{{`{"category":"`, 1, nil},
			{"tech", 0.7, nil}, {"nical", 0.9, nil}}), 0.7},
		"hidden thoughts and end marks around the content are passed over": {append(append([]step{
			{`<think>{"category":"technical"}</think>`, 1, nil}, {`{"category":"`, 1, nil},
			{"technical", 0.9, map[string]float64{"general": 0.1}}}, rest...), step{"<|eot|>", 1, nil}), 0.9},
		"the whole answer in one token has its probability": {[]step{{content, 0.8, nil}}, 0.8},
		"tokens that do not add up leave the own figure":    {[]step{{`{"category":"general"`, 1, nil}}, 0.5},
		"a positive log-probability leaves the own figure": {answer([]step{{`{"category":"`, 1, nil},
			{"technical", 1.5, map[string]float64{"general": 0.1}}}), 0.5},
		"a positive alternative leaves the own figure": {answer([]step{{`{"category":"`, 1, nil},
			{"technical", 0.5, map[string]float64{"general": 1.5}}}), 0.5},
		"a label that is impossible leaves the own figure": {answer([]step{{`{"category":"`, 1, nil},
			{"technical", 0, map[string]float64{"general": 0.1}}}), 0.5},
		"no tokens leave the own figure": {[]step{}, 0.5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err, _ := ask(t, answerOf(t, content, c.steps))
			require.NoError(t, err)
			require.InDelta(t, c.want, *got.Verdict.Confidence(), 5e-5)
		})
	}
	t.Run("both labels have their own figure, whatever the order of members", func(t *testing.T) {
		t.Parallel()
		const turned = `{"reason":"category: billing","priority":"high","category":"general"}`
		got, err, _ := ask(t, answerOf(t, turned, []step{
			{`{"reason":"category: billing","priority":"`, 1, nil}, {"hi", 0.7, map[string]float64{"low": 0.3}}, {
				"gh", 1, nil},
			{`","category":"`, 1, nil}, {"general", 0.9, map[string]float64{"billing": 0.1}}, {`"}`, 1, nil},
		}))
		require.NoError(t, err)
		require.InDelta(t, 0.9, *got.Verdict.Confidence(), 1e-9)
		require.InDelta(t, 0.7, *got.Verdict.PriorityConfidence(), 1e-9)
	})
	t.Run("half characters in the tokens are put together by their bytes", func(t *testing.T) {
		t.Parallel()
		body := `{"choices":[{"finish_reason":"stop","message":{"content":"{\"reason\":\"é\",` +
			`\"category\":\"general\",\"priority\":\"low\"}"},` +
			`"logprobs":{"content":[{"token":"{\"reason\":\"","logprob":0},{"token":"\\xc3","bytes":[195],` +
			`"logprob":0},` +
			`{"token":"\ufffd","bytes":[169],"logprob":0},{"token":"\",\"category\":\"","logprob":0},` +
			`{"token":"general","logprob":-0.5,"top_logprobs":null},{"token":"\",\"priority\":\"low\"}",` +
			`"logprob":-0.25}]}}]}`
		got, err, _ := ask(t, modelserver.Raw(body))
		require.NoError(t, err)
		require.InDelta(t, math.Exp(-0.5), *got.Verdict.Confidence(), 1e-4)
		require.InDelta(t, math.Exp(-0.25), *got.Verdict.PriorityConfidence(), 1e-4)
	})
}

func TestImitatedTokens(t *testing.T) {
	t.Parallel()
	for _, v := range []modelserver.Verdict{
		{Category: "billing", Priority: "low", Confidence: 0.1, PriorityConfidence: 0.1, CategoryShare: 0.5,
			PriorityShare: 0.34},
		{Category: "technical", Priority: "medium", Confidence: 0.1, PriorityConfidence: 0.1,
			CategoryShare: 0.999, PriorityShare: 1},
		{Category: "general", Priority: "high", Confidence: 0.1, PriorityConfidence: 0.1, CategoryShare: 0.4,
			PriorityShare: 0.9},
	} {
		t.Run(v.Category+" and "+v.Priority+" have the probabilities of their tokens", func(t *testing.T) {
			t.Parallel()
			server := modelserver.New(t)
			server.JudgeBy(modelserver.Always(v))
			got, err := classify(t, newClassifier(t, server))
			require.NoError(t, err)
			require.InDelta(t, v.CategoryShare, *got.Verdict.Confidence(), 1e-9)
			require.InDelta(t, v.PriorityShare, *got.Verdict.PriorityConfidence(), 1e-9)
		})
	}
	for _, odd := range []string{"shifted", "positive"} {
		t.Run(odd+" tokens leave the model's own figures", func(t *testing.T) {
			t.Parallel()
			got, err, _ := ask(t, modelserver.Right(func(c *modelserver.Completion) { c.Odd = odd }))
			require.NoError(t, err)
			require.InDelta(t, 0.9, *got.Verdict.Confidence(), 0)
		})
	}
}
