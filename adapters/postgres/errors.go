package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

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
	advice := Advice(err)
	if advice != "" {
		err = fmt.Errorf("%w: %s", err, advice)
	}
	switch {
	case !unreachable(err):
		return err
	case advice != "":
		return domain.ErrStoreUnusable.With(err)
	}
	return domain.ErrStoreUnavailable.With(err)
}

// Advice says what a person has to do about an error that does not pass by itself, "" about any other.
func Advice(err error) string {
	e := pq.As(err)
	if e == nil {
		return ""
	}
	switch e.Code {
	case pqerror.InvalidCatalogName:
		return "`createdb " + quotedName(e) + "` makes it, or DB_URL has to name another one"
	case pqerror.InvalidPassword:
		return "correct the password in DB_URL, with special characters percent-encoded; servers say the same " +
			"of a role that is missing, which `createuser --login --pwprompt " + quotedName(e) + "` makes"
	case pqerror.InvalidAuthorizationSpecification:
		if strings.Contains(e.Message, "pg_hba.conf") {
			return "the server's pg_hba.conf has to let this role in from here, or DB_URL has to name another one"
		}
		return "`createuser --login " + quotedName(e) + "` makes a role that is missing, " +
			"or DB_URL has to name another one"
	case pqerror.InsufficientPrivilege:
		return "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO the role of DB_URL, and " +
			"GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public; a role that migrates has to own the tables, " +
			"and to make them needs GRANT CREATE ON SCHEMA public"
	case pqerror.UndefinedTable, pqerror.UndefinedColumn:
		return "run `ticketd migrate up`"
	case pqerror.ProtocolViolation: // PgBouncer has one code for all that it says
		if strings.Contains(e.Message, "startup parameter") {
			return "the pooler takes no such parameter from clients: remove it from DB_URL, and let " +
				"`ALTER ROLE … SET` " +
				"make it the role's own"
		}
	case pqerror.DiskFull:
		return "the disk of the database's server is full: free some of it"
	}
	return ""
}

// MayPass reports whether an error may pass without a person: the server is away, starts, or takes no
// changes.
func MayPass(err error) bool {
	return err != nil && Advice(err) == "" &&
		(unreachable(err) || errors.Is(err, domain.ErrStoreUnavailable))
}

var quoted = regexp.MustCompile(`"([\w.-]+)"`)

// quotedName returns the name that the server's message is about, NAME if it cannot be told.
func quotedName(e *pq.Error) string {
	if found := quoted.FindStringSubmatch(e.Message); found != nil {
		return found[1]
	}
	return "NAME"
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
