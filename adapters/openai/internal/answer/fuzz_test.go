package answer_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

// FuzzParseAnswer feeds what a model may say, with and without log-probabilities for it.
func FuzzParseAnswer(f *testing.F) {
	f.Add(goodContent, -0.1)
	f.Add("```json\n"+goodContent+"\n```", 0.0)
	f.Add(`{"category":"technical","category":"general"}`, -9999.0)
	f.Add(`{"category":"Billing","priority":"low","confidence":95}`, 1.0)
	f.Fuzz(func(t *testing.T, content string, logprob float64) {
		document := map[string]any{"finish_reason": "stop", "message": map[string]any{"content": content}}
		if !math.IsNaN(logprob) && !math.IsInf(logprob, 0) {
			document["logprobs"] = map[string]any{"content": []any{map[string]any{"token": content,
				"logprob": logprob}}}
		}
		body, err := json.Marshal(map[string]any{"choices": []any{document}})
		require.NoError(t, err)
		check(t, body)
	})
}

// FuzzReadAnswer feeds what a server may send.
func FuzzReadAnswer(f *testing.F) {
	f.Add([]byte(`{"choices":[{"finish_reason":"stop","message":{"content":"{\"category\":\"general\",` +
		`\"priority\":\"low\"}"},"logprobs":{"content":[{"token":"{\"category\":\"","logprob":0},` +
		`{"token":"general","logprob":-0.5,"top_logprobs":[{"token":"b","logprob":-1}]},{"token":"\",` +
		`\"priority\":\"low\"}","logprob":-0.25,"bytes":[34]}]}}],"usage":{"prompt_tokens":-1}}`))
	f.Add([]byte(`{"model":"m","choices":[{"finish_reason":"length"}],"usage":{"prompt_tokens":3,` +
		`"completion_tokens":4}}`))
	f.Add([]byte(`{"choices":[]}`))
	f.Fuzz(check)
}

// FuzzThoughts checks that no thought, whatever it holds and wherever it stands, changes the verdict of the
// answer.
func FuzzThoughts(f *testing.F) {
	f.Add(right, another)
	f.Add(`{"category":"billing","priority":"`, `high"}`)
	f.Add(`{\"category\":\"billing\",\"priority\":\"high\"}`, "hm")
	f.Add("```json\n"+right, "I do not know.")
	f.Add("category: general\npriority: low", "category: billing\npriority: high")
	f.Add(strings.ReplaceAll(another, `"`, "&quot;"), strings.ReplaceAll(right, `"`, "&quot;"))
	f.Add(another[:len(another)-1], right[:len(right)-1])
	f.Add(`"{\"category\":\"billing\"`, quoted(another)+"</s>")
	marks := strings.NewReplacer("<", "", "[", "", "◁", "")
	f.Fuzz(func(t *testing.T, thought, answer string) {
		thought, answer = marks.Replace(thought), "\n"+answer
		if strings.TrimSpace(answer) == "" {
			return // then the thoughts are all there is, and may be the answer
		}
		want, failed := read([]byte(content(answer)))
		for _, body := range []string{
			content("<think>" + thought + "</think>" + answer),
			content("<reasoning>" + thought + "</reasoning>" + answer),
			content("[THINK]" + thought + "[/THINK]" + answer),
			content(thought + "</think>" + answer),
			content("<|channel|>analysis<|message|>" + thought + "<|end|>" +
				"<|start|>assistant<|channel|>final<|message|>" + answer),
			document(`{"content":[{"type":"thinking","thinking":` + quoted(thought) + `},` +
				`{"type":"text","text":` + quoted(answer) + `}]}`),
		} {
			got, err := read([]byte(body))
			require.Equal(t, failed == nil, err == nil, body)
			require.Equal(t, want.Verdict, got.Verdict, body)
		}
	})
}

// goodContent has every member that is asked for.
const goodContent = `{"category":"billing","priority":"high","confidence":0.9,"priority_confidence":0.8,` +
	`"reason":"r"}`

// check wants a verdict within the closed lists and 0 to 1, or a bad answer and no verdict.
func check(t *testing.T, body []byte) {
	answer, err := read(body)
	require.GreaterOrEqual(t, answer.InputTokens, 0)
	require.GreaterOrEqual(t, answer.OutputTokens, 0)
	if err != nil {
		failed := errors.Is(err, domain.ErrClassifierUnavailable)
		require.True(t, failed || domain.BadOutput(domain.CodeOf(err)), err)
		require.True(t, answer.Verdict.IsZero())
		return
	}
	v := answer.Verdict
	require.Contains(t, domain.Categories(), v.Category())
	require.Contains(t, domain.Priorities(), v.Priority())
	for _, c := range []*float64{v.Confidence(), v.PriorityConfidence()} {
		require.True(t, c == nil || *c >= 0 && *c <= 1, "%v", c)
	}
	require.LessOrEqual(t, len([]rune(v.Reason())), domain.MaxReason)
}
