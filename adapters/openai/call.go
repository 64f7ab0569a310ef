package openai

import (
	"bytes"
	"context"
	"net/http"
	"sync"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"ticketd/adapters/openai/internal/failure"
)

// placeholder stands nowhere else in a call: neither the instructions nor a model's name have control
// characters.
const placeholder = "\x00"

// call writes a call as the SDK does. The SDK writes each form once, with a placeholder for the ticket: the
// rest, most of a call, is always the same, and writing it each time takes a sixth of the adapter's
// processor time.
func (c *Classifier) call(f form, t ticket) ([]byte, error) {
	parts, ok := c.forms.Load(f)
	if !ok {
		written, err := c.params(placeholder, f).MarshalJSON()
		if err != nil {
			return nil, err
		}
		parts = bytes.SplitN(written, bytes.Trim(quote(nil, placeholder), `"`), 2)
		c.forms.Store(f, parts)
	}
	message := quote(nil, t.userMessage())
	return bytes.Join(parts.([][]byte), message[1:len(message)-1]), nil
}

// usualResponse is the size of a usual answer with its log-probabilities, in bytes. Most servers announce
// no length.
const usualResponse = 32 << 10

// documents are buffers of usual answers. One goes back only after a call that succeeded, when nothing
// refers to it: errors may.
var documents = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, usualResponse)) }}

func putDocument(b *bytes.Buffer) {
	if b.Cap() <= 2*usualResponse {
		b.Reset()
		documents.Put(b)
	}
}

// post makes one call and returns the server's document, or what went wrong.
func (c *Classifier) post(ctx context.Context, f form, t ticket) (*bytes.Buffer, *failure.Failure) {
	call, err := c.call(f, t)
	if err != nil {
		return nil, &failure.Failure{Cause: err}
	}
	var res *http.Response
	_, err = c.chat.New(ctx, sdk.ChatCompletionNewParams{},
		option.WithRequestBody("application/json", call), option.WithResponseBodyInto(&res))
	if res == nil {
		return nil, &failure.Failure{Cause: err, Ended: ctx.Err()}
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, failure.Of(res)
	}
	body := documents.Get().(*bytes.Buffer)
	if _, err := body.ReadFrom(res.Body); err != nil {
		return nil, &failure.Failure{Cause: err, Ended: ctx.Err()}
	}
	return body, failure.Within(body.Bytes(), res.Header)
}
