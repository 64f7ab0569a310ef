package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"github.com/go-json-experiment/json"

	"ticketd/domain"
	"ticketd/ports"
)

// StandardInput is the path that stands for it.
const StandardInput = "-"

// Archive is a file that WriteArchive wrote, or standard input with such a text.
type Archive struct{ path string }

// NewArchive opens nothing.
func NewArchive(path string) *Archive { return &Archive{path} }

// Name is what a person knows the file by.
func (a *Archive) Name() string {
	if a.path == StandardInput {
		return "standard input"
	}
	return a.path
}

// Repeatable reports whether Pieces can be called twice: not for a pipe. A file that is not there fails both
// times.
func (a *Archive) Repeatable() bool {
	if a.path == StandardInput {
		return false
	}
	info, err := os.Stat(a.path)
	return err != nil || info.Mode().IsRegular()
}

// Pieces reads the file from its start. A wrong line comes as a piece with Bad, and reading goes on. A file
// that is no archive or not a whole one is an error, which comes last.
func (a *Archive) Pieces(ctx context.Context) iter.Seq2[ports.Archived, error] {
	return func(yield func(ports.Archived, error) bool) {
		file := os.Stdin
		if a.path != StandardInput {
			var err error
			if file, err = os.Open(a.path); err != nil {
				yield(ports.Archived{}, err)
				return
			}
			defer file.Close() // it was only read
		}
		r := archiveReader{lines: newLineReader(utf8Text.decode(until{ctx, file}), fittingRow)}
		for {
			p, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(ports.Archived{}, fmt.Errorf("%s: %w", a.Name(), err))
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

type archiveReader struct {
	lines *lineReader
	begun bool
	found ArchiveCounts
	bad   bool
	end   *ArchiveCounts
}

// next returns io.EOF after the end of an archive that is whole.
func (r *archiveReader) next() (ports.Archived, error) {
	for {
		l, err := r.lines.next()
		if errors.Is(err, io.EOF) {
			return ports.Archived{}, r.whole()
		}
		if err != nil {
			return ports.Archived{}, err
		}
		if !r.begun {
			r.begun = true
			return beginning(l)
		}
		if l.blank() {
			continue
		}
		if p := r.judged(l); r.end == nil || p.Bad != nil {
			return p, nil //nolint:nilerr // what is wrong with a line is a piece, too
		}
	}
}

func beginning(l line) (ports.Archived, error) {
	if !bytes.HasPrefix(l.text, []byte(archiveStart)) {
		return ports.Archived{}, errNoArchive
	}
	var first struct {
		Head struct {
			Version int `json:"version"`
		} `json:"ticketd_full_export"`
	}
	if err := json.Unmarshal(l.text, &first); err == nil && first.Head.Version > archiveVersion {
		return ports.Archived{}, newerArchive(first.Head.Version)
	}
	parsed, err := parseArchiveLine(l)
	if err != nil {
		return ports.Archived{}, fmt.Errorf("line 1: %w", err)
	}
	if parsed.Head == nil || parsed.Head.Version < 1 {
		return ports.Archived{}, errNoArchive
	}
	ids := ports.LastIDs(parsed.Head.LastIDs)
	return ports.Archived{Line: 1, LastIDs: &ids}, nil
}

// judged returns the piece with its line, or what is wrong with it.
func (r *archiveReader) judged(l line) ports.Archived {
	p, err := r.piece(l)
	if err != nil {
		r.bad, p = true, ports.Archived{Bad: err}
	}
	p.Line = l.number
	return p
}

// piece returns what a line after the first one holds.
func (r *archiveReader) piece(l line) (ports.Archived, error) {
	if r.end != nil {
		return ports.Archived{}, errors.New("stands behind the line that ends the export")
	}
	parsed, err := parseArchiveLine(l)
	if err != nil {
		return ports.Archived{}, err
	}
	r.found.add(parsed)
	switch {
	case parsed.User != nil:
		return parsed.User.piece()
	case parsed.Ticket != nil:
		return parsed.Ticket.piece()
	case parsed.End != nil:
		r.end = parsed.End
		return ports.Archived{}, nil
	}
	return ports.Archived{}, errNoPiece
}

// whole returns io.EOF if nothing is missing.
func (r *archiveReader) whole() error {
	switch {
	case !r.begun:
		return errNoArchive
	case r.end == nil:
		return errors.New("is cut off: the line that ends a full export is missing")
	case !r.bad && *r.end != r.found:
		return fmt.Errorf("lines are missing or stand twice: there are %s, and the last line counts %s",
			r.found, *r.end)
	}
	return io.EOF
}

func (c ArchiveCounts) String() string {
	return fmt.Sprintf("%d users, %d tickets, %d classifications and %d import keys",
		c.Users, c.Tickets, c.Classifications, c.ImportKeys)
}

var errNoPiece = errors.New("must be a JSON object with a user, a ticket or the end")

// parseArchiveLine refuses names that it does not know, since what they mean would be lost.
func parseArchiveLine(l line) (archiveLine, error) {
	var parsed archiveLine
	if l.err != nil {
		return parsed, l.err
	}
	err := json.Unmarshal(l.text, &parsed, json.RejectUnknownMembers(true))
	if e, ok := errors.AsType[*json.SemanticError](err); ok {
		if e.JSONPointer == "" {
			return parsed, errNoPiece
		}
		if errors.Is(e.Err, json.ErrUnknownName) {
			return parsed, fmt.Errorf("%s is unknown to this program", e.JSONPointer)
		}
		return parsed, fmt.Errorf("%s has a value of another kind than expected", e.JSONPointer)
	}
	if err != nil {
		return parsed, jsonProblem(err)
	}
	return parsed, nil
}

func (u *archivedUser) piece() (ports.Archived, error) {
	var bad domain.FieldErrors
	created := archivedTime("created_at", u.CreatedAt, &bad)
	user := domain.RestoreUser(domain.UserID(u.ID), u.Name, u.Email, created)
	return ports.Archived{User: &user}, plain(bad.Err())
}

func (t *archivedTicket) piece() (ports.Archived, error) {
	var bad domain.FieldErrors
	s := domain.TicketSnapshot{
		ID: domain.TicketID(t.ID), Title: t.Title, Description: t.Description,
		Status:       archivedLabel("status", &t.Status, domain.ParseStatus, &bad),
		AIStatus:     archivedLabel("ai_status", &t.AIStatus, domain.ParseAIStatus, &bad),
		Category:     archivedLabel("category", t.Category, domain.ParseCategory, &bad),
		Priority:     archivedLabel("priority", t.Priority, domain.ParsePriority, &bad),
		ClassifiedBy: archivedLabel("classified_by", t.ClassifiedBy, domain.ParseSource, &bad),
		Review:       archivedLabel("review", t.Review, domain.ParseReview, &bad),
		AIConfidence: t.AIConfidence, NeedsReview: t.NeedsReview, Audit: t.Audit,
		CreatedBy: (*domain.UserID)(t.CreatedBy),
		CreatedAt: archivedTime("created_at", t.CreatedAt, &bad),
		UpdatedAt: archivedTime("updated_at", t.UpdatedAt, &bad),
		Round:     domain.Round(t.Round), Version: t.Version,
	}
	if t.ClosedAt != nil {
		s.ClosedAt = new(archivedTime("closed_at", *t.ClosedAt, &bad))
	}
	a := ports.ArchivedTicket{}
	for _, e := range t.Record {
		a.Record = append(a.Record, e.entry(&bad))
	}
	for _, k := range t.Keys {
		a.Keys = append(a.Keys, ports.ImportKey(k))
	}
	if err := bad.Err(); err != nil {
		return ports.Archived{}, plain(err)
	}
	var err error
	a.Ticket, err = domain.RestoreTicket(s)
	return ports.Archived{Ticket: &a}, err
}

func (e archivedEntry) entry(bad *domain.FieldErrors) domain.Classification {
	return domain.Classification{
		ID: e.ID, Round: domain.Round(e.Round), Attempt: e.Attempt,
		Source: archivedLabel("source", e.Source, domain.ParseSource, bad),
		Model:  e.Model, PromptVersion: e.PromptVersion,
		Category:   archivedLabel("category", e.Category, domain.ParseCategory, bad),
		Priority:   archivedLabel("priority", e.Priority, domain.ParsePriority, bad),
		Confidence: e.Confidence, PriorityConfidence: e.PriorityConfidence,
		Reason: e.Reason, ErrorCode: e.Error, By: e.By, Latency: time.Duration(e.LatencyUS) * time.Microsecond,
		InputTokens: e.InputTokens, OutputTokens: e.OutputTokens,
		At: archivedTime("created_at", e.CreatedAt, bad),
	}
}

func archivedLabel[L any](
	name string, text *string, parse func(string) (L, error), bad *domain.FieldErrors,
) (label L) {
	if text == nil {
		return label
	}
	label, err := parse(*text)
	if err != nil {
		bad.Add(name, fmt.Sprintf("%.40q is unknown", *text))
	}
	return label
}

func archivedTime(name, text string, bad *domain.FieldErrors) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		bad.Add(name, fmt.Sprintf("%.40q is no time such as 2026-11-23T10:00:00Z", text))
	}
	return domain.Timestamp(t)
}
