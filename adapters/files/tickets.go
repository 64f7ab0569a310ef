package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"ticketd/domain"
	"ticketd/ports"
)

// TicketOptions say how a file of tickets is read where it does not say so itself.
type TicketOptions struct {
	Encoding string   // "": the bytes tell
	Map      []string // title=Subject
	Values   []string // status:Parked=open
	Times    TimeFormat
	Fit      bool   // change what breaks a limit instead of refusing it
	Keep     bool   // bring status, labels and created_at along
	HTML     HTMLIs // "": text in other programs' exports, as it is in other files
}

// HTMLIs says what becomes of descriptions in HTML.
type HTMLIs string

// HTMLAsText takes the tags away, HTMLAsItIs leaves them.
const (
	HTMLAsText HTMLIs = "text"
	HTMLAsItIs HTMLIs = "keep"
)

// Tickets is a file of new tickets: title and description, and where known the creator (createdBy, or
// created_by as in an export) and the source's own name for the ticket (external_id or id). One goroutine at
// a time may read it.
type Tickets struct {
	path    string
	options TicketOptions
	wanted  *textEncoding
	values  values

	survey  survey
	mapping *mapping
	found   findings
}

var _ ports.ImportRows = (*Tickets)(nil)

// fittingRow is what a row with pictures in its text may take.
var fittingRow = rowLimit{bytes: 1 << 26}

// NewTickets checks the options. It returns ErrUnknownFormat for a name that does not tell the format. It
// does not open the file.
func NewTickets(path string, o TicketOptions) (*Tickets, error) {
	if _, err := formatOf(path); err != nil {
		return nil, err
	}
	f := &Tickets{path: path, options: o}
	var errs []error
	if o.Encoding != "" {
		e, err := encodingNamed(o.Encoding)
		if err != nil {
			errs = append(errs, fmt.Errorf("--encoding: %w", err))
		}
		f.wanted = &e
	}
	var err error
	if f.mapping, err = newMapping(o.Map, o.Keep, o.Fit); err != nil {
		errs = append(errs, err)
	}
	if f.values, err = newValues(o.Values); err != nil {
		errs = append(errs, err)
	}
	return f, errors.Join(errs...)
}

// Digest returns the digest of the file's bytes as they are now, and finds out how they are to be read. It
// refuses what is no regular file, since that cannot be read twice.
func (f *Tickets) Digest(ctx context.Context) (string, error) {
	s, err := surveyFile(ctx, f.path, f.wanted)
	if err == nil {
		f.survey = s
	}
	return s.digest, err
}

// ImportRows reads the file from the start.
func (f *Tickets) ImportRows(ctx context.Context) iter.Seq2[ports.ImportRow, error] {
	return func(yield func(ports.ImportRow, error) bool) {
		if f.survey.digest == "" {
			if _, err := f.Digest(ctx); err != nil {
				yield(ports.ImportRow{}, err)
				return
			}
		}
		f.found = findings{encoding: f.survey.encoding.name}
		times, read := &timeReader{TimeFormat: f.options.Times}, 0
		for row, err := range rows(ctx, f.path, f.reading()) {
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
			read++
			if row.object != nil {
				f.found.add(f.mapping.find(row.layout.names))
			}
			if !yield(f.importRow(row, times), nil) {
				return
			}
		}
		f.found.zoneless = times.zoneless
		if err := f.mapping.unmet(); err != nil && read > 0 {
			yield(ports.ImportRow{}, fmt.Errorf("%s: %w", f.path, err))
		}
	}
}

func (f *Tickets) reading() reading {
	limit := usualRow
	limit.hint = "; --fit takes longer ones and shortens them"
	if f.options.Fit {
		limit = fittingRow
	}
	return reading{f.mapping, limit, f.survey.encoding, func(d dialect, c layout) {
		f.found.dialect, f.found.names = d, c.names
		f.found.add(f.mapping.find(c.names))
	}}
}

// importRow checks only what a file can have wrong. The domain checks the text.
func (f *Tickets) importRow(row Row, times *timeReader) ports.ImportRow {
	var bad domain.FieldErrors
	get := func(name string) string {
		text, err := row.Text(name)
		if err != nil {
			bad.Add(name, "must be a string")
		}
		return text
	}
	r := ports.ImportRow{Line: row.Line(), Title: get(meansTitle), Description: get(meansDescription)}
	r.ID = cmp.Or(get(meansExternalID), get(meansID))
	if creator := get(meansCreator); creator != "" {
		id, err := userID(creator)
		if err != nil {
			bad.Add(meansCreator, err.Error())
		}
		r.CreatedBy = &id
	}
	if f.options.Keep {
		r.Kept = f.kept(get, times, &bad)
	}
	if err := bad.Err(); err != nil {
		return ports.ImportRow{Line: row.Line(), Bad: plain(err)}
	}
	if isHTML(r.Description) {
		f.readHTML(row, &r)
	}
	if f.options.Fit {
		r.Title, r.Description, r.Fitted = fit(r.Title, r.Description)
	}
	return r
}

func (f *Tickets) readHTML(row Row, r *ports.ImportRow) {
	head := f.mapping.find(row.layout.names).head
	foreign := head.known() && head.name != ownExport
	if f.options.HTML == HTMLAsText || f.options.HTML == "" && foreign {
		r.Description = htmlText(r.Description)
		f.found.html++
		return
	}
	if f.options.HTML == "" && !head.known() {
		f.found.tags++
	}
}

var wholeNumber = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)

func userID(text string) (domain.UserID, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !wholeNumber.MatchString(text) {
		return 0, errors.New("must be a positive whole number")
	}
	return domain.UserID(id), nil
}

// Ignored returns the fields without a meaning that were met so far, as they are written, 50 at most.
func (f *Tickets) Ignored() []string { return slices.Sorted(maps.Keys(f.found.ignored)) }

// Look reads up to the first row, so that a file that cannot be imported is refused at once.
func (f *Tickets) Look(ctx context.Context) error {
	if _, err := f.Digest(ctx); err != nil {
		return err
	}
	for _, err := range f.ImportRows(ctx) {
		return err
	}
	return nil
}
