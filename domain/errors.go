package domain

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind tells a caller what they can do about an error. The zero value is KindInternal: an unknown error is
// our fault.
type Kind int

// The kinds of errors.
const (
	KindInternal        Kind = iota // our fault; the text stays inside
	KindInvalid                     // the input is wrong; sending it again is useless
	KindUnauthenticated             // no or wrong credentials
	KindNotFound                    // the thing does not exist
	KindConflict                    // somebody else changed or owns the thing
	KindUnavailable                 // a server we need is out of reach or busy; worth another try
)

// Kinds returns every kind, for the tables at the edges and for the tests that walk them.
func Kinds() []Kind {
	return []Kind{KindInternal, KindInvalid, KindUnauthenticated, KindNotFound, KindConflict, KindUnavailable}
}

func (k Kind) String() string {
	return [...]string{"internal", "invalid", "unauthenticated", "not_found", "conflict", "unavailable"}[k]
}

// FieldError is a broken field, by the name under which it was sent.
type FieldError struct{ Field, Message string }

// Error is a failure that a caller can act on. Message is safe to show to anybody; the cause is for the log
// only.
type Error struct {
	Kind    Kind
	Code    string // stable and documented: "ticket_not_found"
	Message string
	Fields  []FieldError // set for invalid input
	// RetryAfter is how long the failing server asked us to wait; zero if it did not ask.
	RetryAfter time.Duration
	cause      error
}

func (e *Error) Error() string {
	text := e.Message
	for _, f := range e.Fields {
		text += fmt.Sprintf("; %s: %s", f.Field, f.Message)
	}
	if e.cause != nil {
		text += fmt.Sprintf(": %v", e.cause)
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target has the same code, so that errors.Is works on copies that carry a cause.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// With returns a copy of e that carries cause.
func (e *Error) With(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// KindOf returns the kind of err: KindUnavailable for a passed deadline, KindInternal for an unknown error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return KindUnavailable
	}
	return KindInternal
}

const codeTimeout = "timeout"

// CodeOf returns the code of err: "timeout" for a passed deadline, "internal" for an unknown error.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return codeTimeout
	}
	return "internal"
}

// The core itself fails with one of these errors.
var (
	ErrTicketNotFound = &Error{Kind: KindNotFound, Code: "ticket_not_found", Message: "ticket not found"}
	ErrUserNotFound   = &Error{Kind: KindNotFound, Code: "user_not_found", Message: "user not found"}
	ErrEmailTaken     = &Error{
		Kind: KindConflict, Code: "email_taken", Message: "another user has this e-mail address",
	}
	// ErrTicketChanged: the row has changed since it was read.
	ErrTicketChanged = &Error{
		Kind: KindConflict, Code: "ticket_changed", Message: "the ticket was changed meanwhile",
	}
	// ErrCreatorGone: the creator was deleted after being looked up and before the ticket was stored.
	ErrCreatorGone = &Error{
		Kind: KindConflict, Code: "creator_gone", Message: "the creator was deleted meanwhile",
	}
	// ErrNotClaimable: the ticket is finished, claimed by somebody else, or not due for its next attempt.
	ErrNotClaimable = &Error{
		Kind: KindConflict, Code: "not_claimable", Message: "the ticket is not waiting for a classification",
	}
	// ErrStoreUnavailable: the database is out of reach or did not answer in time.
	ErrStoreUnavailable = &Error{
		Kind: KindUnavailable, Code: "store_unavailable", Message: "the store is out of reach; try again later",
	}
	// ErrStoreUnusable: the database refuses to work, and goes on so until a person mends it. Whoever asks
	// whether it is ErrStoreUnavailable hears yes.
	ErrStoreUnusable = &Error{
		Kind: KindUnavailable, Code: "store_unavailable",
		Message: "the store does not work until somebody mends it",
	}
	// ErrStoreReadOnly: the database takes no changes now, as a standby does. It is ErrStoreUnavailable, too.
	ErrStoreReadOnly = &Error{
		Kind: KindUnavailable, Code: "store_unavailable",
		Message: "the store takes no changes at the moment; try again later",
	}
)

// FieldErrors collects broken fields, so that one error reports all of them. The zero value is ready to use.
type FieldErrors struct{ list []FieldError }

// Add adds a broken field.
func (f *FieldErrors) Add(field, message string) {
	f.list = append(f.list, FieldError{field, message})
}

// Err returns nil if nothing was added, else an error of KindInvalid, code "invalid_input".
func (f *FieldErrors) Err() error {
	if len(f.list) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Code: "invalid_input", Message: "the input is invalid", Fields: f.list}
}

// Invalid returns the error for a single broken field.
func Invalid(field, message string) error {
	var f FieldErrors
	f.Add(field, message)
	return f.Err()
}
