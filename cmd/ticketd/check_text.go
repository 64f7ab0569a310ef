package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

func (c *check) print(w io.Writer, found checked) error {
	if c.JSON {
		lines := json.NewEncoder(w)
		lines.SetIndent("", "  ")
		return lines.Encode(found)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			_, _ = fmt.Fprintf(t, "%s\t%s\n", name, text) // Flush reports the error
		}
	}
	row("database", found.Database)
	row("redis", found.Redis)
	row("classifier", found.Name)
	if found.Model != "" && len(found.Verdicts) > 0 {
		row("answers", fmt.Sprintf("%s, in %s", found.Model, time.Duration(found.Latency)*time.Millisecond))
	}
	row("takes", strings.Join(found.Takes, ", "))
	for _, d := range found.Dropped {
		row("goes without", fmt.Sprintf("%s: %s, so %s", d.Parameter, d.Why, d.Cost))
	}
	row("confidence", found.Source)
	if found.Input > 0 {
		row("tokens", fmt.Sprintf("%d in, %d out per ticket%s", found.Input, found.Output, dollars(found.Cost)))
	}
	for _, v := range found.Verdicts {
		row(fmt.Sprintf("%q", v.Title), v.text())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if found.Ready {
		_, err := fmt.Fprintln(w, "ready")
		return err
	}
	_, err := fmt.Fprintln(w, strings.Join(found.Problems, "\n"))
	return err
}

func (v verdict) text() string {
	if v.Error != "" {
		return "fallback: " + v.Error
	}
	confidence := "unknown"
	if v.Confidence != nil {
		confidence = fmt.Sprintf("%.2f", *v.Confidence)
	}
	text := fmt.Sprintf("%s, %s, confidence %s", v.Category, v.Priority, confidence)
	if v.Category != v.Expected {
		text += " (" + v.Expected + " was expected)"
	}
	return text
}

func dollars(cost *float64) string {
	if cost == nil {
		return ""
	}
	return fmt.Sprintf(", $%.6f", *cost)
}
