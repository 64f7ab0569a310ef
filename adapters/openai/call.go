package openai

import (
	"bytes"
	"context"
	"net/http"

	"github.com/openai/openai-go/v3/option"

	"ticketd/adapters/openai/internal/failure"
)

// usualResponse is the size of a usual answer with its log-probabilities, in bytes. Most servers announce
// no length.
const usualResponse = 32 << 10

// post makes one call and returns the server's document, or what went wrong.
func (c *Classifier) post(ctx context.Context, f form, t ticket) ([]byte, *failure.Failure) {
	var res *http.Response
	_, err := c.chat.New(ctx, c.params(t.userMessage(), f), option.WithResponseBodyInto(&res))
	if res == nil {
		return nil, &failure.Failure{Cause: err, Ended: ctx.Err()}
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, failure.Of(res)
	}
	var body bytes.Buffer
	body.Grow(usualResponse)
	if _, err := body.ReadFrom(res.Body); err != nil {
		return nil, &failure.Failure{Cause: err, Ended: ctx.Err()}
	}
	return body.Bytes(), failure.Within(body.Bytes(), res.Header)
}
