package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

// The constraints whose violation has a meaning, by their names in the migrations.
const (
	emailIsUnique = "users_email_key_unique"
	creatorExists = "tickets_created_by_exists"
	ticketExists  = "classifications_ticket_id_exists"
)

// failed adds what was tried to the driver's error and translates it. It returns nil for nil.
func failed(ctx context.Context, err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, translate(ctx, err))...)
}

func translate(ctx context.Context, err error) error {
	if _, ours := errors.AsType[*domain.Error](err); ours {
		return err
	}
	if e := pq.As(err, pqerror.UniqueViolation, pqerror.ForeignKeyViolation); e != nil {
		switch e.Constraint {
		case emailIsUnique:
			return domain.ErrEmailTaken.With(err)
		case creatorExists:
			return domain.ErrCreatorGone.With(err)
		case ticketExists:
			return domain.ErrTicketNotFound.With(err)
		}
	}
	if ended := sqlstore.Ended(ctx, err); ended != nil {
		return ended
	}
	if unreachable(err) {
		return domain.ErrStoreUnavailable.With(err)
	}
	return err
}

// unreachable reports whether the server is away, refuses connections or cannot work now.
func unreachable(err error) bool {
	if e := pq.As(err); e != nil {
		switch e.Code[:2] {
		case "08", // connection
			"28", // authorization
			"40", // deadlock, serialization
			"53", // out of resources, too many connections
			"55", // lock not available
			"57", // shutdown, start, cancelled by a time-out
			"58": // its operating system
			return true
		}
		gone, replica := e.Code == pqerror.InvalidCatalogName, e.Code == pqerror.ReadOnlySQLTransaction
		return gone || replica
	}
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
