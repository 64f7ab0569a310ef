package openai

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"ticketd/domain"
)

// completion is what counts of the server's document. Usage and log-probabilities are optional and differ between servers: what
// cannot be read of them is as if it were not there.
type completion struct {
	Model   string         `json:"model"`
	Usage   jsontext.Value `json:"usage"`
	Choices []struct {
		FinishReason string   `json:"finish_reason"`
		Logprobs     logprobs `json:"logprobs"`
		Message      struct {
			Content string `json:"content"`
			Refusal string `json:"refusal"`
		} `json:"message"`
	} `json:"choices"`
}

// readAnswer completes answer from the server's document. Tokens and model are filled as far as known when it fails, too: the
// call was paid for.
func readAnswer(answer domain.Answer, body []byte) (domain.Answer, error) {
	var c completion
	if err := json.Unmarshal(body, &c, lenient()); err != nil {
		return answer, bad("it is not a chat completion") // err may quote the body
	}
	if isModelName(c.Model) {
		answer.Model = c.Model
	}
	answer.InputTokens, answer.OutputTokens = c.tokensUsed()
	if len(c.Choices) == 0 {
		return answer, bad("it has no choices")
	}
	choice := c.Choices[0]
	switch {
	case choice.Message.Refusal != "":
		return answer, bad("the model refused")
	case choice.FinishReason == "length":
		return answer, bad("it was cut off")
	case choice.FinishReason == "content_filter":
		return answer, bad("it was filtered")
	case choice.FinishReason != "stop":
		return answer, bad("it did not end normally")
	case choice.Message.Content == "":
		return answer, bad("it is empty")
	}
	said, err := parseContent(choice.Message.Content)
	if err != nil {
		return answer, err
	}
	answer.Verdict, err = said.verdict(readTokens(body, choice.Logprobs, choice.Message.Content))
	return answer, err
}

// lenient lets halves of characters pass, which servers put into the texts of tokens. Repeated members are still refused.
func lenient() json.Options { return jsontext.AllowInvalidUTF8(true) }

func (c completion) tokensUsed() (input, output int) {
	var usage struct {
		PromptTokens     int `json:"prompt_tokens"`
		CompletionTokens int `json:"completion_tokens"`
	}
	if len(c.Usage) == 0 || json.Unmarshal(c.Usage, &usage, lenient()) != nil {
		return 0, 0
	}
	return max(usage.PromptTokens, 0), max(usage.CompletionTokens, 0)
}

// bad is ErrBadAnswer with a reason that holds nothing of the answer, which may quote the ticket.
func bad(why string) error { return domain.ErrBadAnswer.With(errors.New(why)) }
