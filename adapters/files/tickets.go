package files

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"regexp"
	"strconv"

	"ticketd/domain"
	"ticketd/ports"
)

// Tickets is a file of new tickets: title, description, and where known the creator (createdBy, or created_by as in an export) and the
// source's own name for it (external_id or id). Other fields do not matter.
type Tickets struct{ path string }

var _ ports.ImportRows = Tickets{}

// NewTickets refuses a name that does not say what is in the file (ErrUnknownFormat). It does not open the file.
func NewTickets(path string) (Tickets, error) {
	_, err := formatOf(path)
	return Tickets{path}, err
}

// Digest is that of the file's bytes as they are now.
func (f Tickets) Digest(ctx context.Context) (string, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return "", err
	}
	defer file.Close() // it was only read
	digest := sha256.New()
	if _, err := io.Copy(digest, until{ctx, file}); err != nil {
		return "", fmt.Errorf("%s: %w", f.path, err)
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// until is a reader that ends with ctx.
type until struct {
	ctx context.Context //nolint:containedctx // it lives as long as one reading
	r   io.Reader
}

func (u until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// ImportRows reads the file from the start.
func (f Tickets) ImportRows(ctx context.Context) iter.Seq2[ports.ImportRow, error] {
	return func(yield func(ports.ImportRow, error) bool) {
		for row, err := range Rows(ctx, f.path) {
			if bad, ok := errors.AsType[*RowError](err); ok {
				if !yield(ports.ImportRow{Line: bad.Line, Bad: bad.Err}, nil) {
					return
				}
				continue
			}
			if err != nil {
				yield(ports.ImportRow{}, err)
				return
			}
			if !yield(importFromRow(row), nil) {
				return
			}
		}
	}
}

// importFromRow leaves the text to the domain, and looks only at what a file can have wrong.
func importFromRow(row Row) ports.ImportRow {
	var bad domain.FieldErrors
	get := func(name string) string {
		text, err := row.Text(name)
		if err != nil {
			bad.Add(name, "must be a string")
		}
		return text
	}
	r := ports.ImportRow{Line: row.Line(), Title: get("title"), Description: get("description"), ID: cmp.Or(get("external_id"), get("id"))}
	creator, exported := get("createdBy"), get("created_by")
	if creator != "" && exported != "" && creator != exported {
		bad.Add("createdBy", "and created_by name different users")
	}
	if creator = cmp.Or(creator, exported); creator != "" {
		id, err := userID(creator)
		if err != nil {
			bad.Add("createdBy", err.Error())
		}
		r.CreatedBy = &id
	}
	if err := bad.Err(); err != nil {
		return ports.ImportRow{Line: row.Line(), Bad: plain(err)}
	}
	return r
}

var wholeNumber = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)

func userID(text string) (domain.UserID, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !wholeNumber.MatchString(text) {
		return 0, errors.New("must be a positive whole number")
	}
	return domain.UserID(id), nil
}
