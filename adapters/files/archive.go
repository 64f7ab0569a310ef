package files

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/go-json-experiment/json"

	"ticketd/adapters/internal/apijson"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// archiveVersion is raised when a file means something that an earlier program would not understand.
	archiveVersion = 1
	// archiveStart begins every archive, and no other file.
	archiveStart = `{"ticketd_full_export":`
)

// archiveLine is a line of an archive: its head, then users and tickets, then its end.
type archiveLine struct {
	Head   *archiveHead    `json:"ticketd_full_export,omitzero"`
	User   *archivedUser   `json:"user,omitzero"`
	Ticket *archivedTicket `json:"ticket,omitzero"`
	End    *ArchiveCounts  `json:"end,omitzero"`
}

type archiveHead struct {
	Version   int        `json:"version"`
	CreatedAt string     `json:"created_at"`
	LastIDs   archiveIDs `json:"last_ids"`
}

type archiveIDs struct {
	Users           int64 `json:"users"`
	Tickets         int64 `json:"tickets"`
	Classifications int64 `json:"classifications"`
}

type archivedUser struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	CreatedAt string `json:"created_at"`
}

type archivedTicket struct {
	ID           int64           `json:"id"`
	Title        string          `json:"title"`
	Description  string          `json:"description"`
	Status       string          `json:"status"`
	Category     *string         `json:"category"`
	Priority     *string         `json:"priority"`
	AIStatus     string          `json:"ai_status"`
	AIConfidence *float64        `json:"ai_confidence"`
	ClassifiedBy *string         `json:"classified_by"`
	NeedsReview  bool            `json:"needs_review"`
	Review       *string         `json:"review"`
	Audit        bool            `json:"audit"`
	CreatedBy    *int64          `json:"created_by"`
	CreatedAt    string          `json:"created_at"`
	UpdatedAt    string          `json:"updated_at"`
	ClosedAt     *string         `json:"closed_at"`
	Round        int64           `json:"round"`
	Version      int64           `json:"version"`
	Record       []archivedEntry `json:"classifications"`
	Keys         []archivedKey   `json:"import_keys"`
}

type archivedEntry struct {
	ID                 int64    `json:"id"`
	Round              int64    `json:"round"`
	Attempt            int      `json:"attempt"`
	Source             *string  `json:"source"`
	Model              string   `json:"model"`
	PromptVersion      string   `json:"prompt_version"`
	Category           *string  `json:"category"`
	Priority           *string  `json:"priority"`
	Confidence         *float64 `json:"confidence"`
	PriorityConfidence *float64 `json:"priority_confidence"`
	Reason             string   `json:"reason"`
	Error              string   `json:"error"`
	By                 string   `json:"by"`
	LatencyUS          int64    `json:"latency_us"`
	InputTokens        int      `json:"input_tokens"`
	OutputTokens       int      `json:"output_tokens"`
	CreatedAt          string   `json:"created_at"`
}

type archivedKey struct {
	Source string `json:"source"`
	Key    string `json:"key"`
}

// ArchiveCounts says how much an archive holds.
type ArchiveCounts struct {
	Users           int `json:"users"`
	Tickets         int `json:"tickets"`
	Classifications int `json:"classifications"`
	ImportKeys      int `json:"import_keys"`
}

func (c *ArchiveCounts) add(l archiveLine) {
	if l.User != nil {
		c.Users++
	}
	if l.Ticket != nil {
		c.Tickets++
		c.Classifications += len(l.Ticket.Record)
		c.ImportKeys += len(l.Ticket.Keys)
	}
}

// WriteArchive writes the pieces, one a line, between a head and an end by which a file that was cut off is
// noticed.
func WriteArchive(
	w io.Writer, at time.Time, pieces iter.Seq2[ports.Archived, error],
) (written ArchiveCounts, err error) {
	for p, err := range pieces {
		if err != nil {
			return written, err
		}
		l := archiveLineOf(p, at)
		written.add(l)
		if err := writeArchiveLine(w, l); err != nil {
			return written, err
		}
	}
	return written, writeArchiveLine(w, archiveLine{End: &written})
}

func writeArchiveLine(w io.Writer, l archiveLine) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func archiveLineOf(p ports.Archived, at time.Time) archiveLine {
	switch {
	case p.LastIDs != nil:
		head := archiveHead{archiveVersion, apijson.Time(at), archiveIDs(*p.LastIDs)}
		return archiveLine{Head: &head}
	case p.User != nil:
		u := archivedUser{int64(p.User.ID()), p.User.Name(), p.User.Email(), apijson.Time(p.User.CreatedAt())}
		return archiveLine{User: &u}
	default:
		return archiveLine{Ticket: archivedTicketOf(*p.Ticket)}
	}
}

func archivedTicketOf(a ports.ArchivedTicket) *archivedTicket {
	s := a.Ticket.Snapshot()
	t := archivedTicket{
		ID: int64(s.ID), Title: s.Title, Description: s.Description,
		Status: s.Status.String(), AIStatus: s.AIStatus.String(),
		Category: apijson.Optional(s.Category.String()), Priority: apijson.Optional(s.Priority.String()),
		AIConfidence: s.AIConfidence, ClassifiedBy: apijson.Optional(s.ClassifiedBy.String()),
		NeedsReview: s.NeedsReview, Review: apijson.Optional(s.Review.String()), Audit: s.Audit,
		CreatedBy: (*int64)(s.CreatedBy),
		CreatedAt: apijson.Time(s.CreatedAt), UpdatedAt: apijson.Time(s.UpdatedAt),
		Round: int64(s.Round), Version: s.Version,
		Record: make([]archivedEntry, len(a.Record)), Keys: make([]archivedKey, len(a.Keys)),
	}
	if s.ClosedAt != nil {
		t.ClosedAt = new(apijson.Time(*s.ClosedAt))
	}
	for i, e := range a.Record {
		t.Record[i] = archivedEntryOf(e)
	}
	for i, k := range a.Keys {
		t.Keys[i] = archivedKey(k)
	}
	return &t
}

func archivedEntryOf(c domain.Classification) archivedEntry {
	return archivedEntry{
		ID: c.ID, Round: int64(c.Round), Attempt: c.Attempt, Source: apijson.Optional(c.Source.String()),
		Model: c.Model, PromptVersion: c.PromptVersion,
		Category: apijson.Optional(c.Category.String()), Priority: apijson.Optional(c.Priority.String()),
		Confidence: c.Confidence, PriorityConfidence: c.PriorityConfidence,
		Reason: c.Reason, Error: c.ErrorCode, By: c.By, LatencyUS: c.Latency.Microseconds(),
		InputTokens: c.InputTokens, OutputTokens: c.OutputTokens, CreatedAt: apijson.Time(c.At),
	}
}

// errNoArchive is the error for a file that does not begin as an archive does.
var errNoArchive = errors.New("is no full export: `ticketd export --full` writes one, and other files are " +
	"imported without --full")

// newerArchive is the error for the file of a later program.
func newerArchive(version int) error {
	return fmt.Errorf("has version %d of the format, and this program knows up to %d: import it with the "+
		"ticketd that wrote it, or a newer one", version, archiveVersion)
}
