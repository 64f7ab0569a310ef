package files

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The columns that a file of rejected rows has besides its own. An import takes no notice of them.
const (
	noteLine   = "ticketd_line"
	noteReason = "ticketd_reason"
	noteText   = "ticketd_text" // a line that is no JSON object
)

func isOurNote(name string) bool { return name == noteLine || name == noteReason || name == noteText }

// WriteRejects writes the rows of these lines with what is wrong with them, in the form of the file, so that
// they can be mended there and imported. A reading of the whole file must have come before.
func (f *Tickets) WriteRejects(ctx context.Context, w io.Writer, reasons map[int]string) error {
	write, flush := rejectedLines(w)
	if f.found.names != nil {
		var err error
		if write, flush, err = f.rejectedRecords(w); err != nil {
			return err
		}
	}
	for row, err := range rows(ctx, f.path, f.reading()) {
		var text []byte
		if bad, ok := errors.AsType[*RowError](err); ok {
			row, text, err = bad.row, bad.text, nil
		}
		if err != nil {
			return err
		}
		reason, rejected := reasons[row.line]
		if !rejected {
			continue
		}
		if err := write(row, string(text), reason); err != nil {
			return err
		}
	}
	return flush()
}

type writeRow func(row Row, text, reason string) error

// rejectedRecords writes a CSV with the delimiter of the file. The notes come first, since a row that is too
// long would push them out of their columns.
func (f *Tickets) rejectedRecords(w io.Writer) (writeRow, func() error, error) {
	if _, err := io.WriteString(w, utf8Text.mark); err != nil {
		return nil, nil, err
	}
	records := csv.NewWriter(w)
	records.Comma = f.found.dialect.comma
	write := func(line, reason string, cells []string) error {
		record := []string{line, reason}
		for i, cell := range cells {
			if i >= len(f.found.names) || !isOurNote(f.found.names[i]) {
				record = append(record, cell)
			}
		}
		return records.Write(record)
	}
	flush := func() error {
		records.Flush()
		return records.Error()
	}
	writeRow := func(row Row, _, reason string) error { return write(strconv.Itoa(row.line), reason, row.cells) }
	return writeRow, flush,
		write(
			noteLine, noteReason, f.found.names,
		)
}

func rejectedLines(w io.Writer) (writeRow, func() error) {
	return func(row Row, text, reason string) error {
		object := map[string]any{}
		for name, value := range row.object {
			object[name] = value
		}
		object[noteLine], object[noteReason] = row.line, reason
		if row.object == nil {
			object[noteText] = strings.ToValidUTF8(text, "\ufffd")
		}
		line, err := json.Marshal(object, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
		if err != nil {
			return err
		}
		_, err = w.Write(append(line, '\n'))
		return err
	}, func() error { return nil }
}
