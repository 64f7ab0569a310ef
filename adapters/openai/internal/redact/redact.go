// Package redact takes out of a text what must not reach a model's provider: e-mail addresses, card
// numbers, IBANs, passwords and keys. It replaces each by a placeholder that names its kind, so that the
// text can still be classified.
//
// A checksum or a known form decides where there is one; otherwise the words in front do ("password:", "my
// API key is"). Numbers without either (orders, invoices, phones, versions, hashes, UUIDs) stay as they
// are.
package redact

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The placeholders. No rule finds anything in them.
const (
	Email      = "[EMAIL]"
	Card       = "[CARD]"
	IBAN       = "[IBAN]"
	Token      = "[TOKEN]"
	Password   = "[PASSWORD]"
	PrivateKey = "[PRIVATE_KEY]"
)

// maxPasses bounds the time. Text beside a secret can turn out to be a secret itself once the first is
// gone, so a text is read until nothing is found; two passes are usual, a third is rare.
const maxPasses = 8

// Text returns s without secrets, in time linear in the length of s. It leaves its own results as they are.
func Text(s string) string {
	for range maxPasses {
		v := newView(s)
		spans := v.secrets()
		if len(spans) == 0 {
			return s
		}
		s = v.replace(spans)
	}
	return s
}

// span is a secret, in bytes of the plain text.
type span struct {
	from, to int
	with     string
}

func (v *view) secrets() []span {
	spans := v.userinfo(nil)
	spans = v.emails(spans)
	spans = v.speltEmails(spans)
	spans = v.cards(spans)
	spans = v.ibans(spans)
	spans = v.privateKeys(spans)
	spans = v.tokens(spans)
	spans = v.hooks(spans)
	return v.afterWords(spans)
}

// replace returns the text with placeholders; spans that overlap get the one of the longest.
func (v *view) replace(spans []span) string {
	slices.SortStableFunc(spans, func(a, b span) int { return a.from - b.from })
	var out strings.Builder
	out.Grow(len(v.text))
	done := 0
	for i := 0; i < len(spans); {
		from, to := v.origin(spans[i])
		longest, with := to-from, spans[i].with
		for i++; i < len(spans); i++ {
			f, t := v.origin(spans[i])
			if f >= to {
				break
			}
			to = max(to, t)
			if t-f > longest {
				longest, with = t-f, spans[i].with
			}
		}
		out.WriteString(v.text[done:from])
		out.WriteString(with)
		done = to
	}
	out.WriteString(v.text[done:])
	return out.String()
}

// origin returns where s stands in the text, in bytes of whole characters.
func (v *view) origin(s span) (from, to int) {
	if v.at == nil {
		return s.from, s.to
	}
	last := int(v.at[s.to-1])
	_, size := utf8.DecodeRuneInString(v.text[last:])
	return int(v.at[s.from]), last + size
}
