package sqlstore

import (
	"errors"
	"time"

	"ticketd/domain"
)

// EntryColumns are the columns of an EntryRow, NewEntryColumns those that an INSERT fills beside ticket_id.
const (
	EntryColumns    = `id, ` + NewEntryColumns
	NewEntryColumns = `round, source, model, prompt_version, category, priority, confidence, ` +
		`priority_confidence, reason, attempt, latency_us, input_tokens, output_tokens, error_code, ` +
		`created_at, confidence_unknown, decided_by`
)

// EntryRow is a row of classifications. As JSON it has the names of the columns.
type EntryRow struct {
	ID                 int64    `db:"id" json:"id,omitzero"`
	Round              int64    `db:"round" json:"round"`
	Source             *string  `db:"source" json:"source"`
	Model              string   `db:"model" json:"model"`
	PromptVersion      string   `db:"prompt_version" json:"prompt_version"`
	Category           *string  `db:"category" json:"category"`
	Priority           *string  `db:"priority" json:"priority"`
	Confidence         *float64 `db:"confidence" json:"confidence"`
	PriorityConfidence *float64 `db:"priority_confidence" json:"priority_confidence"`
	Reason             string   `db:"reason" json:"reason"`
	Attempt            int      `db:"attempt" json:"attempt"`
	LatencyUS          int64    `db:"latency_us" json:"latency_us"`
	InputTokens        int      `db:"input_tokens" json:"input_tokens"`
	OutputTokens       int      `db:"output_tokens" json:"output_tokens"`
	ErrorCode          string   `db:"error_code" json:"error_code"`
	CreatedAt          Moment   `db:"created_at" json:"created_at"`
	Unknown            bool     `db:"confidence_unknown" json:"confidence_unknown"`
	DecidedBy          string   `db:"decided_by" json:"decided_by"`
}

func newEntryRow(c domain.Classification) EntryRow {
	confidence, unknown := storedConfidence(c.Confidence, c.Source, c.Category.IsZero())
	return EntryRow{
		Round: int64(c.Round), Source: Label(c.Source), Model: Text(c.Model), PromptVersion: Text(c.PromptVersion),
		Category: Label(c.Category), Priority: Label(c.Priority),
		Confidence: confidence, Unknown: unknown, PriorityConfidence: c.PriorityConfidence,
		Reason: Text(c.Reason), Attempt: c.Attempt, LatencyUS: c.Latency.Microseconds(),
		InputTokens: c.InputTokens, OutputTokens: c.OutputTokens, ErrorCode: Text(c.ErrorCode),
		DecidedBy: c.By, CreatedAt: Moment{domain.Timestamp(c.At)},
	}
}

// NewEntryRows returns the entries as rows to insert, without ids.
func NewEntryRows(list []domain.Classification) []EntryRow {
	rows := make([]EntryRow, len(list))
	for i, c := range list {
		rows[i] = newEntryRow(c)
	}
	return rows
}

// Classification returns the row as an entry of the record.
func (r EntryRow) Classification() (domain.Classification, error) {
	source, err1 := stored(r.Source, domain.ParseSource)
	category, err2 := stored(r.Category, domain.ParseCategory)
	priority, err3 := stored(r.Priority, domain.ParsePriority)
	if err := errors.Join(err1, err2, err3); err != nil {
		return domain.Classification{}, damaged("classification", r.ID, err)
	}
	return domain.Classification{
		ID: r.ID, Round: domain.Round(r.Round), Source: source, Model: r.Model, PromptVersion: r.PromptVersion,
		Category: category, Priority: priority,
		Confidence: knownConfidence(r.Confidence, r.Unknown, source), PriorityConfidence: r.PriorityConfidence,
		Reason: r.Reason, Attempt: r.Attempt, Latency: time.Duration(r.LatencyUS) * time.Microsecond,
		InputTokens: r.InputTokens, OutputTokens: r.OutputTokens, ErrorCode: r.ErrorCode, By: r.DecidedBy,
		At: r.CreatedAt.Time,
	}, nil
}

// Classifications maps rows.
func Classifications(rows []EntryRow) ([]domain.Classification, error) {
	return each(rows, EntryRow.Classification)
}
