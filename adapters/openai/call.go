package openai

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// template is a call without its ticket: what comes before and after the text of the user message.
type template struct{ before, after []byte }

// placeholder is a message that stands nowhere else in a call: neither the instructions nor a model's name have control characters.
const placeholder = "\x00"

// templates are written once for every set of rejected parameters, of which a process meets few: the instructions and the schema are
// most of a call and always the same.
type templates struct{ known sync.Map } // parameter → template

func (c *Classifier) template(without parameter) (template, error) {
	if known, ok := c.templates.known.Load(without); ok {
		return known.(template), nil
	}
	call, err := c.params(placeholder, without).MarshalJSON()
	if err != nil {
		return template{}, fmt.Errorf("write the call: %w", err)
	}
	before, after, found := bytes.Cut(call, quote(nil, placeholder))
	if !found {
		return template{}, errors.New("write the call: it has no user message")
	}
	t := template{before, after}
	c.templates.known.Store(without, t)
	return t, nil
}

// of is the call for a ticket.
func (t template) of(message string) []byte {
	const escapes = 256 // room for some, so that the buffer rarely grows
	b := make([]byte, 0, len(t.before)+len(message)+len(t.after)+escapes)
	return append(quote(append(b, t.before...), message), t.after...)
}

// usualResponse is what a usual answer with its log-probabilities takes, in bytes. Most servers do not announce a length.
const usualResponse = 32 << 10

// post returns the server's document. The call takes the place of the empty one that the service would send. (sdk.Client could send it
// as it is, but with all its services the program is a quarter larger.)
func (c *Classifier) post(ctx context.Context, call []byte) ([]byte, *failure) {
	var res *http.Response
	_, err := c.chat.New(ctx, sdk.ChatCompletionNewParams{}, option.WithRequestBody("application/json", call), option.WithResponseBodyInto(&res))
	if res == nil {
		return nil, &failure{cause: err, ended: ctx.Err()}
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, newFailure(res)
	}
	var body bytes.Buffer
	body.Grow(usualResponse)
	if _, err := body.ReadFrom(res.Body); err != nil {
		return nil, &failure{cause: err, ended: ctx.Err()}
	}
	return body.Bytes(), nil
}
