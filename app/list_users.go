package app

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// ListUsers lists users, newest first.
type ListUsers struct{ users ports.UserReader }

// NewListUsers wires the use case.
func NewListUsers(users ports.UserReader) *ListUsers { return &ListUsers{users} }

// Handle returns a page of users.
func (uc *ListUsers) Handle(ctx context.Context, p ports.Page) (ports.Slice[domain.User], error) {
	return uc.users.ListUsers(ctx, p)
}
