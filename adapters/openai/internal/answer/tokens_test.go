package answer_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/adapters/openai/internal/answer"
)

// plainToken is an entry of the log-probabilities as reflection reads it: the yardstick.
type plainToken struct {
	Token       string       `json:"token"`
	Logprob     *float64     `json:"logprob"`
	Bytes       []int        `json:"bytes,omitempty"`
	TopLogprobs []plainToken `json:"top_logprobs,omitempty"`
}

func (p plainToken) alternative() answer.Alternative {
	a := answer.Alternative{Text: p.Token, Chance: min(math.Exp(*p.Logprob), 1)}
	if strings.ContainsAny(p.Token, "\\\ufffd") && len(p.Bytes) > 0 {
		text := make([]byte, len(p.Bytes))
		for i, b := range p.Bytes {
			text[i] = byte(b)
		}
		a.Text = string(text)
	}
	return a
}

func TestTokensAreReadAsReflectionWould(t *testing.T) {
	t.Parallel()
	t.Run("where they are whole", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			plain := rapid.SliceOfN(plainTokens(), 1, 5).Draw(t, "tokens")
			raw, err := json.MarshalIndent(map[string]any{"refusal": nil, "content": plain, "model": []any{1, "x",
				map[string]any{}}}, "", "\t")
			require.NoError(t, err)
			var want []answer.Alternative
			var whole strings.Builder
			for _, p := range plain {
				a := p.alternative()
				whole.WriteString(a.Text)
				for _, top := range p.TopLogprobs {
					if o := top.alternative(); o.Text != a.Text {
						a.Others = append(a.Others, o)
					}
				}
				want = append(want, a)
			}
			require.Equal(t, want, answer.ReadTokens(raw, whole.String()), "%s", raw)
		})
	})
	for name, raw := range map[string]string{
		"null":                        `null`,
		"a text":                      `"content"`,
		"a list":                      `[{"token":"x","logprob":0}]`,
		"content that is an object":   `{"content":{"token":"x","logprob":0}}`,
		"content that is null":        `{"content":null}`,
		"an entry that is null":       `{"content":[{"token":"x","logprob":0},null]}`,
		"an entry that is a text":     `{"content":[{"token":"x","logprob":0},"x"]}`,
		"a token that is a number":    `{"content":[{"token":1,"logprob":0}]}`,
		"a figure that is missing":    `{"content":[{"token":"x"}]}`,
		"a figure that is null":       `{"content":[{"token":"x","logprob":null}]}`,
		"a figure that is a text":     `{"content":[{"token":"x","logprob":"0"}]}`,
		"a figure beyond all bounds":  `{"content":[{"token":"x","logprob":-1e999}]}`,
		"bytes that are no list":      `{"content":[{"token":"\ufffd","logprob":0,"bytes":"eA=="}]}`,
		"alternatives that are odd":   `{"content":[{"token":"x","logprob":0,"top_logprobs":{}}]}`,
		"alternatives without figure": `{"content":[{"token":"x","logprob":0,"top_logprobs":[{"token":"y"}]}]}`,
	} {
		t.Run("and not where there is "+name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, answer.ReadTokens([]byte(raw), "x"))
		})
	}
}

func plainTokens() *rapid.Generator[plainToken] {
	single := rapid.Custom(func(t *rapid.T) plainToken {
		logprob := rapid.Float64Range(-9999, 0).Draw(t, "logprob")
		p := plainToken{Token: rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"\ufffd", `\xc3`,
			"bill"})).Draw(t, "token"), Logprob: &logprob}
		if rapid.Bool().Draw(t, "spelt") {
			p.Bytes = rapid.SliceOfN(rapid.IntRange(0, 255), 0, 4).Draw(t, "bytes")
		}
		return p
	})
	return rapid.Custom(func(t *rapid.T) plainToken {
		p := single.Draw(t, "own")
		p.TopLogprobs = rapid.SliceOfN(single, 0, 5).Draw(t, "others")
		return p
	})
}
