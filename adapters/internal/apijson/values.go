package apijson

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Optional returns nil, which is null, for an empty text.
func Optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Time returns t in RFC 3339 with all six digits of the microseconds, so that times order like their texts.
func Time(t time.Time) string { return string(appendMoment(nil, t)) }

func appendMoment(b []byte, t time.Time) []byte {
	b = t.UTC().AppendFormat(b, time.RFC3339) // unlike a layout of one's own, it has a fast path
	b[len(b)-1] = '.'                         // in place of the Z
	for micros, digit := t.Nanosecond()/1000, 100_000; digit > 0; digit /= 10 {
		b = append(b, byte('0'+micros/digit%10))
	}
	return append(b, 'Z')
}

func appendTime(b []byte, t time.Time) []byte { return append(appendMoment(append(b, '"'), t), '"') }

// appendText cannot fail but for bad UTF-8, which nothing stored has and which it would replace.
func appendText(b []byte, s string) []byte {
	quoted, _ := jsontext.AppendQuote(b, s)
	return quoted
}

// appendOptional writes what is empty as null.
func appendOptional(b []byte, s string) []byte {
	if s == "" {
		return append(b, `null`...)
	}
	return appendText(b, s)
}

// appendFigure takes finite figures only: there is no JSON for others.
func appendFigure(b []byte, f *float64) []byte {
	if f == nil {
		return append(b, `null`...)
	}
	return strconv.AppendFloat(b, *f, 'g', -1, 64)
}

func appendID[ID ~int64](b []byte, id *ID) []byte {
	if id == nil {
		return append(b, `null`...)
	}
	return strconv.AppendInt(b, int64(*id), 10)
}
