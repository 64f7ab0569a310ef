package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ticketd/app/importing"
)

const (
	defaultSource = "default"
	maxSourceName = 100 // code points
)

func (c *importTickets) source() (string, error) {
	if c.Source == nil {
		return defaultSource, nil
	}
	name := *c.Source
	if strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > maxSourceName {
		return "", fmt.Errorf("--source must have 1 to %d characters and not only blanks", maxSourceName)
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return "", errors.New("--source must not have control characters")
	}
	return name, nil
}

// say tells how the import ended. What was left out comes last.
func (r importRun) say(all importing.Imported, plan importing.Plan) error {
	changed, kept := "", ""
	if all.Changed > 0 {
		changed = fmt.Sprintf(" (%d with other words)", all.Changed)
	}
	if all.Kept > 0 {
		kept = fmt.Sprintf(", %d with the labels they had", all.Kept)
	}
	_, err := fmt.Fprintf(
		r.out.stdout, "%d imported (%d classified, %d fallback, %d pending%s), %d imported before%s, %d wrong\n",
		all.Stored, all.Done, all.Fallback, all.Pending(), kept, all.Known, changed, all.Bad,
	)
	err = errors.Join(err, r.fallbacks(all))
	if line := r.tally.leftOut(plan.Fresh + plan.Known + plan.Bad); line != "" {
		_, sayErr := fmt.Fprintln(r.out.stderr, line)
		err = errors.Join(err, sayErr)
	}
	return err
}

// fallbacks says what to do about tickets that are stored without a verdict: a repeated import takes them for
// known.
func (r importRun) fallbacks(all importing.Imported) error {
	if r.NoClassify || all.Fallback == 0 {
		return nil
	}
	_, err := fmt.Fprintf(
		r.out.stderr,
		"%d tickets could not be classified and are fallbacks; 'ticketd reclassify' asks about them again\n",
		all.Fallback,
	)
	if all.Done == 0 {
		err = errors.Join(err, errors.New("no ticket was classified: every call failed"))
	}
	return err
}

// lineRanges names lines in ascending order: "line 3", "lines 3-5, 9 and 12 more".
func lineRanges(lines []int) string {
	var parts []string
	for i := 0; i < len(lines); {
		end := i
		for end+1 < len(lines) && lines[end+1] == lines[end]+1 {
			end++
		}
		if len(parts) == maxRanges {
			return fmt.Sprintf("lines %s and %d more", strings.Join(parts, ", "), len(lines)-i)
		}
		if end == i {
			parts = append(parts, fmt.Sprint(lines[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", lines[i], lines[end]))
		}
		i = end + 1
	}
	if len(lines) == 1 {
		return "line " + parts[0]
	}
	return "lines " + strings.Join(parts, ", ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
