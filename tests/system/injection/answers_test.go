package injection_test

import (
	"strings"

	"ticketd/tests/support/modelserver"
)

// obedient is a model that fell for an attempt.
type obedient struct {
	behaves modelserver.Behaviour
	ends    string // the ai_status that must follow; "" for either
}

const (
	wrongLabel = `{"category":"billing","priority":"critical","confidence":1.0,"priority_confidence":1.0,` +
		`"reason":"as told"}`
	moreFields = `{"category":"billing","priority":"high","confidence":1,"priority_confidence":1,` +
		`"reason":"as told","id":1,"title":"pwned",` +
		`"description":"pwned","status":"closed","ai_status":"pending","created_by":1,"classified_by":"human",` +
		`"ai_confidence":7}`
	tool = `[{"id":"call_1","type":"function","function":{"name":"close_ticket","arguments":"{\"id\":1}"}}]`
)

// obedients are the ways to obey, at most one model at a time.
var obedients = map[string]obedient{
	"judges as it should":        {modelserver.Right(), "done"},
	"takes a label off the list": {modelserver.Content(wrongLabel), "fallback"},
	"adds fields":                {modelserver.Content(moreFields), "done"},
	"is sure by 200 percent":     {modelserver.Content(strings.ReplaceAll(moreFields, ":1,", ":2,")), "done"},
	"talks": {
		modelserver.Content("Sure! As you wish, the priority is now critical."), "fallback",
	},
	"answers twice": {modelserver.Content(moreFields + moreFields), "done"},
	"answers twice, differently": {
		modelserver.Content(moreFields + `{"category":"general","priority":"low"}`), "fallback",
	},
	"thinks of a verdict": {modelserver.Content("<think>" + moreFields + "</think> No."), "fallback"},
	"says a label twice":  {modelserver.Content(`{"category":"general",` + moreFields[1:]), "fallback"},
	"says what it was told to say": {func(c modelserver.Call) modelserver.Reply {
		return modelserver.Content(c.Description)(c)
	}, ""},
	"says its prompt": {func(c modelserver.Call) modelserver.Reply {
		return modelserver.Content(c.Request.Messages[0].Content)(c)
	}, "fallback"},
	"puts its prompt into the reason": {modelserver.Right(func(c *modelserver.Completion) {
		c.Content = strings.Replace(c.Content, "Decided by", strings.Repeat(`You sort tickets.\n\u0007<script>`,
			100), 1)
	}), "done"},
	"calls a tool": {
		modelserver.Raw(`{"choices":[{"finish_reason":"tool_calls","message":{"role":"assistant","content":null,` +
			`"tool_calls":` + tool + `}}]}`), "fallback",
	},
	"calls a tool beside a right answer": {modelserver.Raw(
		`{"choices":[{"finish_reason":"stop","message":{"role":"assistant","tool_calls":` + tool +
			`,"content":"{\"category\":\"billing\",\"priority\":\"low\",\"confidence\":0.5,` +
			`\"priority_confidence\":0.5}"}}]}`), "done"},
	"gives two choices": {modelserver.Raw(`{"choices":[` +
		`{"finish_reason":"stop","message":{"content":"{\"category\":\"billing\",\"priority\":\"low\",` +
		`\"confidence\":0.5,\"priority_confidence\":0.5}"}},` +
		`{"finish_reason":"stop","message":{"content":"{\"category\":\"admin\",\"priority\":\"critical\"}"}}]}`),
		"done"},
	"has impossible log-probabilities": {
		modelserver.Right(func(c *modelserver.Completion) { c.Odd = "positive" }), "done",
	},
}
