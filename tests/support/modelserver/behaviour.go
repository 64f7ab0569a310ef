package modelserver

import (
	"math/rand/v2"
	"time"
)

// Call is one well-formed call.
type Call struct {
	Title, Description string
	Number             int // among the calls for this ticket, from 1
	Verdict            Verdict
	Request            Request
	render             func(Completion, int) []byte
}

// Behaviour decides how a call is answered. It must be safe for concurrent use.
type Behaviour func(Call) Reply

// Right answers with the judge's verdict after the changes; log-probabilities are included if asked for.
func Right(changes ...func(*Completion)) Behaviour {
	return func(c Call) Reply {
		done := c.Completion()
		for _, change := range changes {
			change(&done)
		}
		return Reply{Body: c.render(done, len(c.Request.Raw)/4)}
	}
}

// Content answers with this text in place of the verdict.
func Content(text string) Behaviour {
	return Right(func(c *Completion) { c.Content = text })
}

// Slow delays b by delay ± jitter, a share of the delay: Slow(200*time.Millisecond, 0.5, Right()) takes 100
// to 300 ms.
func Slow(delay time.Duration, jitter float64, b Behaviour) Behaviour {
	return func(c Call) Reply {
		r := b(c)
		r.Delay += delay + time.Duration(jitter*(2*rand.Float64()-1)*float64(delay))
		return r
	}
}

// FailFirst answers the first n calls of each ticket by failing, the rest by then.
func FailFirst(n int, failing, then Behaviour) Behaviour {
	return func(c Call) Reply {
		if c.Number <= n {
			return failing(c)
		}
		return then(c)
	}
}

// Refusal is the model's own refusal.
func Refusal() Behaviour {
	return Right(func(c *Completion) { c.Content, c.Refusal = "", "I cannot help with that." })
}

// CutOff stops in the middle of the object, with finish_reason length.
func CutOff() Behaviour {
	return Right(func(c *Completion) { c.Content, c.Finish = c.Content[:len(c.Content)/2], "length" })
}

// Filtered has finish_reason content_filter and no content.
func Filtered() Behaviour {
	return Right(func(c *Completion) { c.Content, c.Finish = "", "content_filter" })
}

// Fenced wraps the verdict in a Markdown code block, as models do on servers without a schema.
func Fenced() Behaviour {
	return Right(func(c *Completion) { c.Content = "```json\n" + c.Content + "\n```" })
}
