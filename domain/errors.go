package domain

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind says what a caller can do about an error. The zero value is KindInternal: an unknown error is our fault.
type Kind int

// The kinds, from "nobody outside can act on it" to the most specific.
const (
	KindInternal        Kind = iota // our fault; the text stays inside
	KindInvalid                     // the input is wrong; sending it again is useless
	KindUnauthenticated             // no or wrong credentials
	KindNotFound                    // it does not exist
	KindConflict                    // somebody else changed or owns it
	KindUnavailable                 // a server we need is out of reach or busy; worth another try
)

// Kinds lists every kind, for the tables at the edges and for the tests that walk them.
func Kinds() []Kind {
	return []Kind{KindInternal, KindInvalid, KindUnauthenticated, KindNotFound, KindConflict, KindUnavailable}
}

func (k Kind) String() string {
	return [...]string{"internal", "invalid", "unauthenticated", "not_found", "conflict", "unavailable"}[k]
}

// FieldError is one broken field, by the name under which it was sent.
type FieldError struct{ Field, Message string }

// Error is a failure that a caller can act on. Message is safe to show to anybody; the cause is for the log only.
type Error struct {
	Kind    Kind
	Code    string // stable and documented: "ticket_not_found"
	Message string
	Fields  []FieldError // set for invalid input
	// RetryAfter is how long the failing server asked us to wait; zero if it did not say.
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

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target has the same code, so that errors.Is works on copies that carry a cause.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// With returns a copy that carries cause.
func (e *Error) With(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// KindOf reads the kind of err: a passed deadline is KindUnavailable, anything unknown KindInternal.
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

// CodeOf reads the code of err; an error without one is "internal", or "timeout" for a passed deadline.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return codeTimeout
	}
	return "internal"
}

// The failures that the core itself tells apart.
var (
	ErrTicketNotFound = &Error{Kind: KindNotFound, Code: "ticket_not_found", Message: "ticket not found"}
	ErrUserNotFound   = &Error{Kind: KindNotFound, Code: "user_not_found", Message: "user not found"}
	ErrEmailTaken     = &Error{Kind: KindConflict, Code: "email_taken", Message: "another user has this e-mail address"}
	// ErrTicketChanged: the row is no longer the one that was read.
	ErrTicketChanged = &Error{Kind: KindConflict, Code: "ticket_changed", Message: "the ticket was changed meanwhile"}
	// ErrCreatorGone: the creator was deleted between looking him up and storing the ticket.
	ErrCreatorGone = &Error{Kind: KindConflict, Code: "creator_gone", Message: "the creator was deleted meanwhile"}
	// ErrNotClaimable: the ticket is finished, or somebody is at work on it, or its next attempt is not due.
	ErrNotClaimable = &Error{Kind: KindConflict, Code: "not_claimable", Message: "the ticket is not waiting for a classification"}
	// ErrStoreUnavailable: the database cannot be reached or cannot answer in time.
	ErrStoreUnavailable = &Error{Kind: KindUnavailable, Code: "store_unavailable", Message: "the store is out of reach; try again later"}
)

// FieldErrors collects broken fields, so that all of them are reported at once. The zero value is ready to use.
type FieldErrors struct{ list []FieldError }

// Add notes one broken field.
func (f *FieldErrors) Add(field, message string) {
	f.list = append(f.list, FieldError{field, message})
}

// Err is nil if nothing was added, else KindInvalid, code "invalid_input".
func (f *FieldErrors) Err() error {
	if len(f.list) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Code: "invalid_input", Message: "the input is invalid", Fields: f.list}
}

// Invalid is the error for a single broken field.
func Invalid(field, message string) error {
	var f FieldErrors
	f.Add(field, message)
	return f.Err()
}
