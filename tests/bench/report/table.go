package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

const legend = `Medians of the rounds. "cost" is what a request takes of the processors, in ms:` + "\n" +
	`of server and pg (all processes of PostgreSQL); redis, model (its imitation) and gen (the load` + "\n" +
	`generator) beside. "x": the first line in terms of this one. Latencies in ms. "other": how many` + "\n" +
	`processors were busy with anything else. "wrong": answers that were not right, of all rounds.`

var columns = []string{
	"scenario", "clients", "contender", "cost", "x", "server", "pg", "redis", "model", "gen", "req/s", "x",
	"p50", "p95", "p99", "peak MiB", "other", "wrong",
}

// WriteTable writes for people.
func (r *Report) WriteTable(w io.Writer) error {
	for _, line := range r.Setup {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(w, "%s\n\n", legend); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row(table, columns)
	for _, s := range r.Scenarios {
		for i, series := range s.Series {
			row(table, s.cells(i, series))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return r.writeNotes(w)
}

// row cannot fail before the flush, which reports it.
func row(w io.Writer, cells []string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")+"\t") }

func (s *Scenario) cells(i int, series Series) []string {
	m := series.Median
	name, clients, costs, rates := s.Name, strconv.Itoa(s.Clients), "", ""
	if i > 0 {
		name, clients = "", ""
		costs, rates = figure(s.CostRatios[series.Contender], 2), figure(s.Ratios[series.Contender], 2)
	}
	return []string{
		name, clients, series.Contender, figure(m.Cost(), 3), costs, figure(m.Server, 3), figure(m.Postgres, 3),
		figure(m.Redis, 3), figure(m.Model, 3), figure(m.Generator, 3), figure(m.PerSecond, 0), rates,
		figure(m.P50, 2), figure(m.P95, 2), figure(m.P99, 2), figure(m.PeakMiB, 0),
		strconv.FormatFloat(m.Foreign, 'f', 2, 64), strconv.Itoa(m.Wrong),
	}
}

func figure(f float64, decimals int) string {
	if f == 0 {
		return "-"
	}
	return strconv.FormatFloat(f, 'f', decimals, 64)
}

// quiet is how many processors may be busy with other things before the figures become doubtful.
const quiet = 0.3

// writeNotes writes what has no column.
func (r *Report) writeNotes(w io.Writer) error {
	if busiest := r.busiest(); busiest > quiet {
		if _, err := fmt.Fprintf(w,
			"The machine was not quiet: up to %.2f processors were busy with other things, so take these figures "+
				"as rough.\n", busiest); err != nil {
			return err
		}
	}
	for _, s := range r.Scenarios {
		for _, series := range s.Series {
			var notes []string
			for _, name := range slices.Sorted(maps.Keys(series.Median.Extra)) {
				notes = append(notes, fmt.Sprintf("%s %.2f", name, series.Median.Extra[name]))
			}
			if series.Median.FirstWrong != "" {
				notes = append(notes, "a wrong answer: "+series.Median.FirstWrong)
			}
			if len(notes) == 0 {
				continue
			}
			if _, err := fmt.Fprintf(w, "%s, %s: %s\n", s.Name, series.Contender,
				strings.Join(notes, "; ")); err != nil {
				return err
			}
		}
	}
	return nil
}

// busiest returns the most that others took in any measurement.
func (r *Report) busiest() (most float64) {
	for _, s := range r.Scenarios {
		for _, series := range s.Series {
			for _, sample := range series.Samples {
				most = max(most, sample.Foreign)
			}
		}
	}
	return most
}
