package openai

import (
	"ticketd/adapters/openai/internal/answer"
	"ticketd/domain"
)

// bytesPerToken is the rule of thumb for English text; other languages take more tokens.
const bytesPerToken = 4

// EstimateTokens says about how many tokens one call for the ticket takes, without asking anybody.
func EstimateTokens(text domain.Text) (input, output int) {
	bytes := len(instructions) + len(schema) + len(asSent(text).userMessage())
	return bytes / bytesPerToken, answer.UsualTokens
}
