package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"ticketd/app/importing"
	"ticketd/domain"
)

const (
	samples     = 3   // tickets that a dry run shows
	sampleText  = 200 // code points of each text
	maxProblems = 10  // rows of a kind that are named one by one
	maxRanges   = 20  // of lines that a message names
	maxReasons  = 10  // that the last line names
	noMeaning   = "they are classified, and their priority is not kept: labels are a category with its priority"
	leftOutWord = "LEFT OUT"
)

// importTally is what a check found, for people.
type importTally struct {
	file       string
	out        io.Writer
	reasons    map[int]string   // by line
	fitted     map[string][]int // lines by what was done
	samples    []importing.Fresh
	labelled   int
	priorities int // rows with a priority and no category
}

func newImportTally(file string, out io.Writer) *importTally {
	return &importTally{file: file, out: out, reasons: map[int]string{}, fitted: map[string][]int{}}
}

// print writes a line about the file. Where the error stream is gone, the counts at the end tell.
func (t *importTally) print(format string, args ...any) {
	_, _ = fmt.Fprintf(t.out, t.file+format+"\n", args...)
}

func (t *importTally) watch(allChanges bool) importing.Watch {
	changed, twins := 0, 0
	return importing.Watch{
		Bad: func(e *importing.RowError) {
			t.reasons[e.Line] = e.Err.Error()
			t.print(":%d: %v", e.Line, e.Err)
		},
		Twin: func(e *importing.RowError) {
			if twins++; twins <= maxProblems {
				t.print(":%d: %v", e.Line, e.Err)
			}
		},
		Changed: func(e *importing.RowError) {
			if changed++; allChanges || changed <= maxProblems {
				t.print(":%d: %v", e.Line, e.Err)
			}
		},
	}
}

func (t *importTally) fresh(row importing.Fresh) {
	for _, what := range row.Fitted {
		t.fitted[what] = append(t.fitted[what], row.Line)
	}
	if row.Labelled() {
		t.labelled++
	} else if !row.Kept.Priority.IsZero() {
		t.priorities++
	}
	if len(t.samples) < samples {
		t.samples = append(t.samples, row)
	}
}

// notes says how the file was read and what was done to its tickets.
func (t *importTally) notes(notes []string) {
	for _, n := range notes {
		t.print(": %s", n)
	}
	for _, what := range sortedKeys(t.fitted) {
		t.print(": %s: %d rows (%s)", what, len(t.fitted[what]), lineRanges(t.fitted[what]))
	}
	if t.priorities > 0 {
		t.print(": %d rows have a priority and no category of ours: %s", t.priorities, noMeaning)
	}
}

func (t *importTally) dryRun(out io.Writer, plan importing.Plan, s spending, f spendingFlags) error {
	var text strings.Builder
	fmt.Fprintf(
		&text,
		"dry run, nothing is stored: %d rows would be imported (%d with the labels they have), %d were imported "+
			"before, %d are wrong\n",
		plan.Fresh,
		t.labelled,
		plan.Known,
		plan.Bad,
	)
	if s.calls > 0 {
		fmt.Fprintln(&text, f.estimate(s))
	}
	for _, row := range t.samples {
		fmt.Fprintf(
			&text, "\nline %d%s\n  title: %s\n  description: %s\n", row.Line, described(row),
			excerpt(row.Text.Title()), excerpt(row.Text.Description()),
		)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// described names what a sample has besides its text.
func described(row importing.Fresh) string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+value)
		}
	}
	add("id", row.ID)
	if row.CreatedBy != nil {
		add("createdBy", fmt.Sprint(*row.CreatedBy))
	}
	if k := row.Kept; !k.CreatedAt.IsZero() {
		add("created_at", domain.Timestamp(k.CreatedAt).Format("2006-01-02T15:04:05Z"))
	}
	add("status", row.Kept.Status.String())
	add("category", row.Kept.Category.String())
	if row.Labelled() {
		add("priority", row.Kept.Priority.String())
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

func excerpt(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= sampleText {
		return string(runes)
	}
	return string(runes[:sampleText]) + " …"
}

// leftOut is the line about the rows that were not imported; empty if all were.
func (t *importTally) leftOut(rows int) string {
	if len(t.reasons) == 0 {
		return ""
	}
	lines := map[string][]int{}
	for line, reason := range t.reasons {
		lines[reason] = append(lines[reason], line)
	}
	reasons := sortedKeys(lines)
	for _, reason := range reasons {
		slices.Sort(lines[reason])
	}
	slices.SortStableFunc(reasons, func(a, b string) int {
		if d := len(lines[b]) - len(lines[a]); d != 0 {
			return d
		}
		return lines[a][0] - lines[b][0]
	})
	var parts []string
	for i, reason := range reasons {
		if i == maxReasons {
			parts = append(parts, fmt.Sprintf("and %d more reasons", len(reasons)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", reason, lineRanges(lines[reason])))
	}
	return fmt.Sprintf("%s: %d of %d rows: %s", leftOutWord, len(t.reasons), rows, strings.Join(parts, "; "))
}
