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

	"ticketd/adapters/openai/internal/failure"
)

// template is a call without its ticket: what comes before and after the text of the user message, which stands within a string.
type template struct{ before, after []byte }

// placeholder is a character that stands nowhere else in a call: neither the instructions nor a model's name have control characters.
const placeholder = "\x00"

// templates are written once for every form, of which a process meets few: the instructions and the schema are most of a call and
// always the same.
type templates struct{ known sync.Map } // form → template

func (c *Classifier) template(f form) (template, error) {
	if known, ok := c.templates.known.Load(f); ok {
		return known.(template), nil
	}
	call, err := c.params(placeholder, f).MarshalJSON()
	if err != nil {
		return template{}, fmt.Errorf("write the call: %w", err)
	}
	escaped := quote(nil, placeholder)
	before, after, found := bytes.Cut(call, escaped[1:len(escaped)-1])
	if !found {
		return template{}, errors.New("write the call: it has no user message")
	}
	t := template{before, after}
	c.templates.known.Store(f, t)
	return t, nil
}

// of is the call for a ticket.
func (t template) of(message string) []byte {
	const escapes = 256 // room for some, so that the buffer rarely grows
	b := make([]byte, 0, len(t.before)+len(message)+len(t.after)+escapes)
	b = append(b, t.before...)
	at := len(b)
	b = quote(b, message)
	copy(b[at:], b[at+1:len(b)-1]) // the quotes stand in the template
	return append(b[:len(b)-2], t.after...)
}

// usualResponse is what a usual answer with its log-probabilities takes, in bytes. Most servers do not announce a length.
const usualResponse = 32 << 10

// post returns the server's document. The call takes the place of the empty one that the service would send. (sdk.Client could send it
// as it is, but with all its services the program is a quarter larger.)
func (c *Classifier) post(ctx context.Context, f form, t ticket) ([]byte, *failure.Failure, error) {
	call, err := c.template(f)
	if err != nil {
		return nil, nil, err
	}
	var res *http.Response
	_, err = c.chat.New(ctx, sdk.ChatCompletionNewParams{}, option.WithRequestBody("application/json", call.of(t.userMessage())), option.WithResponseBodyInto(&res))
	if res == nil {
		return nil, &failure.Failure{Cause: err, Ended: ctx.Err()}, nil
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, failure.Of(res), nil
	}
	var body bytes.Buffer
	body.Grow(usualResponse)
	if _, err := body.ReadFrom(res.Body); err != nil {
		return nil, &failure.Failure{Cause: err, Ended: ctx.Err()}, nil
	}
	return body.Bytes(), failure.Within(body.Bytes(), res.Header), nil
}
