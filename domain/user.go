package domain

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// UserID is the id of a user, given by the store, from 1.
type UserID int64

// MaxEmail is the maximum length of an address in octets (RFC 5321, section 4.5.3.1.3, without the angle
// brackets).
const MaxEmail = 254

// User is somebody who can own tickets.
type User struct {
	id        UserID
	name      string
	email     string
	createdAt time.Time
}

// NewUser returns a new user; the store gives the id. One error reports all broken fields (KindInvalid,
// "name" and "email").
func NewUser(name, email string, now time.Time) (User, error) {
	var bad FieldErrors
	bad.check("name", CheckUserName(name))
	bad.check("email", CheckEmail(email))
	return User{name: cleanName(name), email: email, createdAt: Timestamp(now)}, bad.Err()
}

// RestoreUser returns the stored user with the given fields.
func RestoreUser(id UserID, name, email string, createdAt time.Time) User {
	return User{id, name, email, Timestamp(createdAt)}
}

// ID returns the id, 0 before the user is stored.
func (u User) ID() UserID { return u.id }

// Name returns the name, with blanks in place of the control characters that were sent.
func (u User) Name() string { return u.name }

// Email returns the address as sent.
func (u User) Email() string { return u.email }

// EmailKey returns the address after case folding: no two users share it.
func (u User) EmailKey() string { return foldCase(u.email) }

// CreatedAt returns the time of creation in UTC, to the microsecond.
func (u User) CreatedAt() time.Time { return u.createdAt }

// CheckEmail returns what is wrong with an address, or "". A valid one is a bare address (RFC 5322 addr-spec)
// without display name, comments or quoting.
func CheckEmail(s string) string {
	if !utf8.ValidString(s) {
		return "must be valid UTF-8"
	}
	if s == "" || len(s) > MaxEmail {
		return "must have between 1 and 254 bytes"
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || strings.ContainsFunc(s, isSpaceOrControl) {
		return "must be one bare e-mail address such as ann@example.com"
	}
	return ""
}

// foldCase maps every code point to the smallest one of its simple case-folding orbit, the same for every
// store.
func foldCase(s string) string {
	return strings.Map(func(r rune) rune {
		low := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			low = min(low, f)
		}
		return low
	}, s)
}

// Timestamp returns t in the precision of stored times: UTC, microseconds.
func Timestamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
