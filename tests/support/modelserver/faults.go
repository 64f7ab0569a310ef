package modelserver

import (
	"bytes"
	"fmt"
	"net/http"
	"time"
)

// Raw sends this body with status 200, whatever it is.
func Raw(body string) Behaviour {
	return func(Call) Reply { return Reply{Body: []byte(body)} }
}

// Huge sends an endless run of blanks before an answer that nobody should wait for.
func Huge(size int) Behaviour {
	body := bytes.Repeat([]byte(" "), size)
	return func(Call) Reply { return Reply{Body: body} }
}

// Cut ends the connection in the middle of a valid answer, Drop before its first byte.
func Cut() Behaviour {
	return func(c Call) Reply {
		r := Right()(c)
		r.Cut = len(r.Body) / 2
		return r
	}
}

// Drop ends the connection without an answer.
func Drop() Behaviour { return func(Call) Reply { return Reply{Cut: -1} } }

// Drip sends a valid answer byte by byte.
func Drip(every time.Duration) Behaviour {
	return func(c Call) Reply {
		r := Right()(c)
		r.Drip = every
		return r
	}
}

// Status answers with the provider's error document for status, which repeats the key and the ticket, as
// careless servers do.
func Status(status int) Behaviour {
	return func(c Call) Reply {
		return *problem(status, "server_said_no", "", "",
			fmt.Sprintf("key %s, ticket %s: %s", Key, c.Title, c.Description))
	}
}

// Throttled answers 429 with these headers, given as name, value, name, value.
func Throttled(headers ...string) Behaviour {
	return func(Call) Reply {
		r := problem(http.StatusTooManyRequests, "requests", "rate_limit_exceeded", "", "Rate limit reached")
		r.Header = map[string]string{}
		for i := 0; i < len(headers); i += 2 {
			r.Header[headers[i]] = headers[i+1]
		}
		return *r
	}
}

// QuotaSpent answers 429 for ever: the account has no money left.
func QuotaSpent() Behaviour {
	return func(Call) Reply {
		return *problem(http.StatusTooManyRequests, "insufficient_quota", "insufficient_quota", "",
			"You exceeded your current quota")
	}
}

// Rejecting answers 400 to calls that use one of the parameters, named in the field "param" ("json_schema"
// stands for a response_format of that type), and by Right to all others.
func Rejecting(names ...string) Behaviour { return rejecting(true, http.StatusBadRequest, names) }

// RejectingInWords is Rejecting by a server that names the parameter only in its message.
func RejectingInWords(status int, names ...string) Behaviour { return rejecting(false, status, names) }

func rejecting(named bool, status int, names []string) Behaviour {
	right := Right()
	return func(c Call) Reply {
		for _, name := range names {
			if !c.Request.Has(name) {
				continue
			}
			param := ""
			if named {
				param = map[string]string{"json_schema": "response_format"}[name]
				if param == "" {
					param = name
				}
			}
			return *problem(status, "invalid_request_error", "", param,
				"Unsupported parameter: '"+name+"' is not supported with this model.")
		}
		return right(c)
	}
}
