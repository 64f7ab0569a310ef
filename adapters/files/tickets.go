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
	"slices"
	"strconv"

	"ticketd/domain"
	"ticketd/ports"
)

// Tickets is a file of new tickets. A row has title and description, and may have the creator (createdBy, or
// created_by as in an export) and the source's own name for the ticket (external_id or id). One goroutine at
// a time may read it.
type Tickets struct {
	path    string
	ignored []string
}

var ticketNames = Names{[]string{"title", "description"}, []string{"createdBy", "external_id", "id"}}

// maxIgnored bounds how many names without a meaning are kept.
const maxIgnored = 50

var _ ports.ImportRows = (*Tickets)(nil)

// NewTickets returns ErrUnknownFormat for a name that does not tell the format. It does not open the file.
func NewTickets(path string) (*Tickets, error) {
	_, err := formatOf(path)
	return &Tickets{path: path}, err
}

// Ignored returns the fields without a meaning that were met so far, as they are written, 50 at most.
func (f *Tickets) Ignored() []string { return f.ignored }

func (f *Tickets) ignore(names []string) {
	for _, name := range names {
		if len(f.ignored) < maxIgnored && !slices.Contains(f.ignored, name) {
			f.ignored = append(f.ignored, name)
		}
	}
}

// Digest returns the digest of the file's bytes as they are now. It refuses what is no regular file, since
// that cannot be read twice.
func (f *Tickets) Digest(ctx context.Context) (string, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		const text = "%s: is no regular file, which an import needs since it reads it more than once"
		return "", fmt.Errorf(text, f.path)
	}
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
func (f *Tickets) ImportRows(ctx context.Context) iter.Seq2[ports.ImportRow, error] {
	return func(yield func(ports.ImportRow, error) bool) {
		for row, err := range Rows(ctx, f.path, ticketNames) {
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
			f.ignore(row.other)
			if !yield(importFromRow(row), nil) {
				return
			}
		}
	}
}

// importFromRow checks only what a file can have wrong. The domain checks the text.
func importFromRow(row Row) ports.ImportRow {
	var bad domain.FieldErrors
	get := func(name string) string {
		text, err := row.Text(name)
		if err != nil {
			bad.Add(name, "must be a string")
		}
		return text
	}
	r := ports.ImportRow{Line: row.Line(), Title: get("title"), Description: get("description")}
	r.ID = cmp.Or(get("external_id"), get("id"))
	if creator := get("createdBy"); creator != "" {
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
