package openai_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/tests/support/modelserver"
)

const goodContent = `{"category":"billing","priority":"high","confidence":0.9,` +
	`"priority_confidence":0.8,"reason":"r"}`

func TestAnswersThatAreNoVerdict(t *testing.T) {
	t.Parallel()
	with := func(old, replacement string) modelserver.Behaviour {
		return modelserver.Content(strings.Replace(goodContent, old, replacement, 1))
	}
	for name, b := range map[string]modelserver.Behaviour{
		"a refusal":                   modelserver.Refusal(),
		"an answer cut off by length": modelserver.CutOff(),
		"a filtered answer":           modelserver.Filtered(),
		"no choices":                  modelserver.Right(func(c *modelserver.Completion) { c.NoChoices = true }),
		"no content":                  modelserver.Content(""),
		"blank content":               modelserver.Content(" \n "),
		"prose":                       modelserver.Content("This is about billing."),
		"half an object":              modelserver.Content(goodContent[:40]),
		"null":                        modelserver.Content("null"),
		"an empty object":             modelserver.Content("{}"),
		"a repeated member":           with(`"reason"`, `"category":"general","reason"`),
		"a repeated member, escaped":  with(`"reason"`, `"c\u0061tegory":"general","reason"`),
		"a label off the list":        with("billing", "spam"),
		"an empty label":              with("billing", ""),
		"a label as a number":         with(`"billing"`, `1`),
		"a label that is null":        with(`"billing"`, `null`),
		"a missing category":          with(`"category":"billing",`, ``),
		"a missing priority":          with(`"priority":"high",`, ``),
		"a priority off the list":     with("high", "urgent"),
		"a body that is not JSON":     modelserver.Raw("<html>Welcome</html>"),
		"an empty body":               modelserver.Raw(""),
		"a body of another kind":      modelserver.Raw(`{"object":"list","data":[]}`),
		"a body that is an array":     modelserver.Raw(`[]`),
		"choices of another type":     modelserver.Raw(`{"choices":"none"}`),
		"content of another type": modelserver.Raw(
			`{"choices":[{"finish_reason":"stop","message":{"content":["x"]}}]}`),
		"a body too deep":                 modelserver.Raw(strings.Repeat(`{"choices":[`, 20_000)),
		"content too deep":                modelserver.Content(`{"x":` + strings.Repeat("[", 20_000)),
		"a body beyond the limit":         modelserver.Huge(5 << 20),
		"a document with repeated choice": modelserver.Raw(`{"choices":[],"choices":[]}`),
	} {
		t.Run(name+" is a bad answer", func(t *testing.T) {
			t.Parallel()
			answer, err, server := ask(t, b)
			require.True(t, domain.BadOutput(domain.CodeOf(err)), err)
			require.True(t, answer.Verdict.IsZero())
			require.Equal(t, domain.SourceModel, answer.Source)
			require.Equal(t, 1, server.Hits())
			require.NotContains(t, err.Error(), "spam", "the answer may quote the ticket")
			requireNothingLeaks(t, err)
		})
	}
}

func TestAnswersThatHoldAVerdictAllTheSame(t *testing.T) {
	t.Parallel()
	with := func(old, replacement string) modelserver.Behaviour {
		return modelserver.Content(strings.Replace(goodContent, old, replacement, 1))
	}
	for name, b := range map[string]modelserver.Behaviour{
		"an unknown end": modelserver.Right(func(c *modelserver.Completion) {
			c.Finish = "tool_calls"
		}),
		"no end":                         modelserver.Right(func(c *modelserver.Completion) { c.Finish = "" }),
		"prose before the object":        modelserver.Content("Sure! " + goodContent),
		"prose after the object":         modelserver.Content(goodContent + " Done."),
		"two objects":                    modelserver.Content(goodContent + goodContent),
		"an array":                       modelserver.Content("[" + goodContent + "]"),
		"an open fence":                  modelserver.Content("```json\n" + goodContent),
		"a fence with prose around it":   modelserver.Content("Here:\n```json\n" + goodContent + "\n```"),
		"a fence of another language":    modelserver.Content("```python\n" + goodContent + "\n```"),
		"bad UTF-8 by an escape":         with(`"r"`, `"\ud800"`),
		"a label in capitals":            with("billing", "Billing"),
		"a label with a blank":           with("billing", "billing "),
		"a label as a list":              with(`"billing"`, `["billing"]`),
		"a member in capitals":           with(`"category"`, `"Category"`),
		"a confidence in percent":        with("0.9", "95"),
		"a negative confidence":          with("0.9", "-0.1"),
		"a confidence just above 1":      with("0.9", "1.0000000001"),
		"a confidence beyond all bounds": with("0.9", "1e400"),
		"a confidence as a string":       with("0.9", `"0.9"`),
		"a confidence as a boolean":      with("0.9", "true"),
		"NaN":                            with("0.9", "NaN"),
		"a priority confidence of 2":     with("0.8", "2"),
		"a reason that is no string":     with(`"r"`, `{"text":"r"}`),
	} {
		t.Run(name+" costs no verdict", func(t *testing.T) {
			t.Parallel()
			answer, err, server := ask(t, b)
			require.NoError(t, err)
			require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
			require.Contains(t, []domain.Priority{domain.PriorityHigh, domain.PriorityMedium},
				answer.Verdict.Priority())
			require.Equal(t, 1, server.Hits())
		})
	}
}

func TestAnswersThatAreOddButRight(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"members in another order": `{"reason":"r","priority":"high","category":"billing",` +
			`"priority_confidence":0.8,"confidence":0.9}`,
		"without a reason": `{"category":"billing","priority":"high","confidence":0.9,` +
			`"priority_confidence":0.8}`,
		"with null for a reason": `{"category":"billing","priority":"high","confidence":0.9,` +
			`"priority_confidence":0.8,"reason":null}`,
		"with members that nobody asked for": `{"x":{"category":"general"},"category":"billing",` +
			`"priority":"high","confidence":0.9,"priority_confidence":0.8}`,
		"with blanks": " {\n\t\"category\" : \"billing\" , \"priority\":\"high\", \"confidence\":0.9, " +
			"\"priority_confidence\":0.8 }\r\n",
		"with escapes in a label": `{"category":"b\u0069lling","priority":"high","confidence":0.9,` +
			`"priority_confidence":0.8}`,
		"with exponents": `{"category":"billing","priority":"high","confidence":9e-1,` +
			`"priority_confidence":80E-2}`,
		"in a fence without a language":      "```\n" + goodContent + "\n```",
		"in a fence with a line break after": "```json\n" + goodContent + "\n```\n",
		"in a fence, all on one line":        "```json" + goodContent + "```",
		"with a reason that holds a fence": `{"category":"billing","priority":"high","confidence":0.9,` +
			`"priority_confidence":0.8,"reason":"` + "```" + `"}`,
		"with a label's name inside the fence": "```json\n" + `{"reason":"\"category\":\"general\"",` +
			`"category":"billing","priority":"high","confidence":0.9,"priority_confidence":0.8}` + "\n```",
	} {
		t.Run("an answer "+name+" counts", func(t *testing.T) {
			t.Parallel()
			answer, err, _ := ask(t, modelserver.Right(func(c *modelserver.Completion) {
				c.Content, c.NoLogprobs = content, true
			}))
			require.NoError(t, err)
			require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
			require.Equal(t, domain.PriorityHigh, answer.Verdict.Priority())
			require.InDelta(t, 0.9, *answer.Verdict.Confidence(), 1e-9)
			require.InDelta(t, 0.8, *answer.Verdict.PriorityConfidence(), 1e-9)
		})
	}
}

func TestConfidenceThatIsMissing(t *testing.T) {
	t.Parallel()
	const content = `{"category":"billing","priority":"medium"}`
	t.Run("is made up for by log-probabilities", func(t *testing.T) {
		t.Parallel()
		answer, err, _ := ask(t, modelserver.Content(content))
		require.NoError(t, err)
		require.InDelta(t, 0.97, *answer.Verdict.Confidence(), 1e-9)
	})
	t.Run("is unknown without them", func(t *testing.T) {
		t.Parallel()
		answer, err, _ := ask(t, modelserver.Right(func(c *modelserver.Completion) {
			c.Content, c.NoLogprobs = content, true
		}))
		require.NoError(t, err)
		require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
		require.Nil(t, answer.Verdict.Confidence())
		require.Nil(t, answer.Verdict.PriorityConfidence())
	})
}

func TestFailedAnswersWerePaidFor(t *testing.T) {
	t.Parallel()
	answer, err, _ := ask(t, modelserver.CutOff())
	require.ErrorIs(t, err, domain.ErrAnswerCutOff)
	require.Equal(t, "gpt-4o-mini-imitation", answer.Model)
	require.Positive(t, answer.InputTokens)
	require.Positive(t, answer.OutputTokens)
}
