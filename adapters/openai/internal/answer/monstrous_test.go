package answer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

func TestMonstrousAnswersAreReadInOneGo(t *testing.T) {
	t.Parallel()
	const size = 1 << 20 // a reader that goes back for each of them would take hours
	for name, text := range map[string]string{
		"braces":               strings.Repeat("{", size),
		"brackets":             strings.Repeat("[", size),
		"opened objects":       strings.Repeat(`{"a":`, size/5),
		"objects without name": strings.Repeat(`{a:`, size/3),
		"lists in objects":     strings.Repeat(`{"a":[`, size/6),
		"a list of objects":    `{"a":[` + strings.Repeat(`{"a":1},`, size/8),
		"a long list":          `{"a":[` + strings.Repeat(`1,`, size/2) + `]}`,
		"quotes":               strings.Repeat(`{"`, size/2),
		"single quotes":        strings.Repeat(`{'`, size/2),
		"open strings":         `{"` + strings.Repeat(`{'`, size/2),
		"escapes":              `{"a":"` + strings.Repeat(`\"{`, size/3),
		"escaped objects":      strings.Repeat(`{\"a\":`, size/7) + "}",
		"repeated labels":      "{" + strings.Repeat(`"category":"billing",`, size/21) + `"priority":"high"}`,
		"closed thoughts":      strings.Repeat("<think></think>", size/15),
		"thoughts":             strings.Repeat("<think>", size/7),
		"ends of thoughts":     strings.Repeat("</think>", size/8),
		"mixed thoughts":       strings.Repeat("<think><reasoning>[THINK]", size/25),
		"many kinds of marks":  strings.Repeat("<think1><a><|channel|>analysis", size/31),
		"channels":             strings.Repeat("<|channel|>analysis", size/20),
		"angle brackets":       strings.Repeat("<", size),
		"entities":             strings.Repeat("&amp;quot;&quot;{", size/17),
		"lines of labels":      strings.Repeat("category: billing\n", size/18),
		"open objects, blanks": strings.Repeat(`{"a":1 x`, size/16) + strings.Repeat(" ", size/2),
		"marks after objects":  strings.Repeat(`{"a":1</s>`, size/10),
		"label objects":        strings.Repeat(`{"category":{"value":`, size/21),
		"comments":             strings.Repeat("{/*", size/3),
		"line comments":        strings.Repeat("{//", size/3),
		"calls in calls":       strings.Repeat(`{"name":1,"arguments":'{"name":1,"arguments":"`, size/46),
		"a thousand verdicts":  strings.Repeat(right, size/len(right)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := read([]byte(content(text)))
			if err == nil {
				require.Equal(t, domain.CategoryBilling, answer.Verdict.Category())
				return
			}
			require.True(t, domain.BadOutput(domain.CodeOf(err)), err)
		})
	}
	for name, body := range map[string]string{
		"choices":       `{"choices":[` + strings.Repeat(`{"message":{"content":"x"}},`, size/28) + `{}]}`,
		"empty choices": `{"choices":[` + strings.Repeat(`{},`, size/3) + `{}]}`,
		"parts":         document(`{"content":[` + strings.Repeat(`"x",`, size/4) + `"x"]}`),
		"parts in parts": document(
			`{"content":` + strings.Repeat(`{"text":`, 9000) + `1` + strings.Repeat(`}`, 9000) + `}`),
		"tool calls":       document(`{"tool_calls":[` + strings.Repeat(`{"arguments":"{"},`, size/18) + `{}]}`),
		"tokens":           `{"choices":[{"logprobs":{"content":[` + strings.Repeat(`{},`, size/3) + `{}]}}]}`,
		"chunks":           strings.Repeat("data: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\n", size/48),
		"a body of braces": strings.Repeat("{", size),
		"errors": `{"choices":[{"message":{"content":"x"}}],"x":[` +
			strings.Repeat(`"error",`, size/8) + `1]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := read([]byte(body))
			require.True(t, domain.BadOutput(domain.CodeOf(err)), err)
		})
	}
}
