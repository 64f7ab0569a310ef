package files

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

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
	format  format
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
	format, err := exportFormat(path)
	if err != nil {
		return nil, err
	}
	f := &Tickets{path: path, format: format, options: o}
	var errs []error
	if o.Encoding != "" {
		e, err := encodingNamed(o.Encoding)
		if err != nil {
			errs = append(errs, fmt.Errorf("--encoding: %w", err))
		}
		f.wanted = &e
	}
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
			if row.blank() {
				continue
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
	return reading{f.format, f.mapping, limit, f.survey.encoding, func(d dialect, c layout) {
		f.found.dialect, f.found.names = d, c.names
		f.found.add(f.mapping.find(c.names))
	}}
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
