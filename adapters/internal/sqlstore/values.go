package sqlstore

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"ticketd/domain"
)

// Moment is a stored time: a timestamp, or an integer that counts microseconds since 1970.
type Moment struct{ time.Time }

// Scan makes Moment an sql.Scanner.
func (m *Moment) Scan(src any) error {
	switch v := src.(type) {
	case time.Time:
		m.Time = domain.Timestamp(v)
	case int64:
		m.Time = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("a time is stored as %T", src)
	}
	return nil
}

// Value makes Moment a driver.Valuer, in the form in which SQLite stores it. PostgreSQL gets times as JSON.
func (m Moment) Value() (driver.Value, error) { return m.UnixMicro(), nil }

// moment returns t as it is stored: NULL for nil.
func moment(t *time.Time) *Moment {
	if t == nil {
		return nil
	}
	return &Moment{*t}
}

// time is the inverse of moment.
func (m *Moment) time() *time.Time {
	if m == nil {
		return nil
	}
	return &m.Time
}

// EachColumn formats every column of a list by a template with one %s, such as ":%s".
func EachColumn(columns, template string) string {
	names := strings.Split(columns, ", ")
	for i, name := range names {
		names[i] = fmt.Sprintf(template, name)
	}
	return strings.Join(names, ", ")
}

// Text makes a foreign server's text fit for a text column: valid UTF-8 without NUL.
func Text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// Label returns a label as it is stored: NULL for the zero value.
func Label(l fmt.Stringer) *string {
	if s := l.String(); s != "" {
		return &s
	}
	return nil
}

// stored parses a label. NULL is the zero value.
func stored[L any](s *string, parse func(string) (L, error)) (L, error) {
	if s == nil {
		var none L
		return none, nil
	}
	return parse(*s)
}
