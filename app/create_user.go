package app

import (
	"context"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

// CreateUser stores a new user.
type CreateUser struct {
	users ports.UserAdder
	clock ports.Clock
}

// NewCreateUser wires the use case.
func NewCreateUser(users ports.UserAdder, clock ports.Clock) *CreateUser {
	return &CreateUser{users, clock}
}

// Handle reports all broken fields at once (KindInvalid); an address that is taken is domain.ErrEmailTaken.
func (uc *CreateUser) Handle(ctx context.Context, name, email string) (domain.User, error) {
	u, err := domain.NewUser(name, email, uc.clock.Now())
	if err != nil {
		return domain.User{}, err
	}
	stored, err := uc.users.AddUser(ctx, u)
	if err != nil {
		return domain.User{}, fmt.Errorf("add user: %w", err)
	}
	return stored, nil
}
