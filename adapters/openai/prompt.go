package openai

import (
	_ "embed"
	"strings"
)

// PromptVersion stands in every answer. It changes with the instructions, the schema, and the form in which
// the ticket is given. Redaction does not count: it changes tickets, not the answers about them.
const PromptVersion = "v1"

//go:embed prompt.txt
var prompt string

// instructions also name the members of the answer: a server without schemas has nothing else to go by.
var instructions = strings.TrimSpace(prompt)

// schemaName is the name of the schema in a call.
const schemaName = "ticket_verdict"

// schema puts the labels before any reasoning: a label that follows its own justification has a probability
// close to 1, right or not, and says nothing about the confidence. The schema is text since its order
// counts. It has no ranges: not every server with strict schemas knows them, and the answer is checked in
// any case.
const schema = `{"type":"object","properties":{` +
	`"category":{"type":"string","enum":["billing","technical","general"]},` +
	`"priority":{"type":"string","enum":["low","medium","high"]},` +
	`"confidence":{"type":"number",` +
	`"description":"0 to 1: the probability that the category is right"},` +
	`"priority_confidence":{"type":"number",` +
	`"description":"0 to 1: the probability that the priority is right"},` +
	`"reason":{"type":"string","description":"one short sentence"}},` +
	`"required":["category","priority","confidence","priority_confidence","reason"],` +
	`"additionalProperties":false}`
