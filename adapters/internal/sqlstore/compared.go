package sqlstore

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	// reviewedTickets is true of the tickets that a person reviewed, in a form that the index tickets_reviewed
	// serves.
	reviewedTickets = `review IN ('corrected', 'confirmed')`
	// CountingVerdict is true of an entry that a machine's labels came from.
	CountingVerdict = `source IN ('model', 'local') AND error_code = ''`
	// EndedAsFallback is true of an entry that ended a round as fallback.
	EndedAsFallback = `source = 'fallback' AND category IS NOT NULL`
	// ComparedGroups are the columns of ComparedColumns that rows are grouped by.
	ComparedGroups = `1, 2, 3, 4, 5, 6, 7, 8, 9`
)

// ComparedColumns returns the columns of a ComparedRow: of the tickets t and of the prediction for each.
func ComparedColumns() string {
	return `predicted.source, predicted.model, predicted.prompt_version, t.audit,
    predicted.category AS predicted_category, t.category,
    predicted.priority AS predicted_priority, t.priority, ` + binOf(`predicted`) + ` AS bin, count(*) AS n,
    sum(predicted.confidence) AS confidence`
}

// unknownBin stands for a confidence that nobody knows.
const unknownBin = -1

// binOf returns domain.ConfidenceBin in SQL for an entry of the record.
func binOf(entry string) string {
	var cases strings.Builder
	column := entry + `.confidence`
	fmt.Fprintf(&cases, ` WHEN %s.confidence_unknown AND %s = 0 THEN %d`, entry, column, unknownBin)
	for i := range domain.ConfidenceBins - 1 {
		fmt.Fprintf(&cases, ` WHEN %s <= %s THEN %d`, column, strconv.FormatFloat(domain.BinEnd(i), 'g', -1, 64), i)
	}
	return fmt.Sprintf(`CASE%s ELSE %d END`, cases.String(), domain.ConfidenceBins-1)
}

// ComparedRow is a group of tickets.
type ComparedRow struct {
	Source            *string `db:"source"`
	Model             string  `db:"model"`
	PromptVersion     string  `db:"prompt_version"`
	Audit             bool    `db:"audit"`
	PredictedCategory *string `db:"predicted_category"`
	Category          *string `db:"category"`
	PredictedPriority *string `db:"predicted_priority"`
	Priority          *string `db:"priority"`
	Bin               int     `db:"bin"`
	N                 int     `db:"n"`
	Confidence        float64 `db:"confidence"`
}

func (r ComparedRow) compared() (ports.Compared, error) {
	c := ports.Compared{Model: r.Model, PromptVersion: r.PromptVersion, Audit: r.Audit, N: r.N}
	if c.Known = r.Bin != unknownBin; c.Known {
		c.Bin, c.Confidence = r.Bin, r.Confidence
	}
	var errs [5]error
	c.Source, errs[0] = stored(r.Source, domain.ParseSource)
	c.PredictedCategory, errs[1] = stored(r.PredictedCategory, domain.ParseCategory)
	c.Category, errs[2] = stored(r.Category, domain.ParseCategory)
	c.PredictedPriority, errs[3] = stored(r.PredictedPriority, domain.ParsePriority)
	c.Priority, errs[4] = stored(r.Priority, domain.ParsePriority)
	if err := errors.Join(errs[:]...); err != nil {
		return ports.Compared{}, damaged("verdicts of bin", int64(r.Bin), err)
	}
	return c, nil
}
