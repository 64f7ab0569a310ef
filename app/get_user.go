package app

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// GetUser reads one user.
type GetUser struct{ users ports.UserReader }

// NewGetUser wires the use case.
func NewGetUser(users ports.UserReader) *GetUser { return &GetUser{users} }

// Handle is domain.ErrUserNotFound for an id that no user has.
func (uc *GetUser) Handle(ctx context.Context, id domain.UserID) (domain.User, error) {
	return uc.users.User(ctx, id)
}
