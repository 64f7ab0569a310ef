// Package htmlreport shows an evaluation as one HTML page: figures, tables and charts as inline SVG. The page needs no network.
package htmlreport

import (
	"bytes"
	_ "embed" // the page
	"fmt"
	"html/template"

	"ticketd/app/evaluation"
)

//go:embed page.html
var page string

// view is what the page shows.
type view struct {
	evaluation.Document
	Fields []field
	Sweep  template.HTML
}

// field is the category or the priority with its charts.
type field struct {
	Name        string
	Figures     evaluation.Figures
	Reliability template.HTML // empty where no answer came with a confidence
	Confusion   template.HTML
}

// Render makes the page.
func Render(doc evaluation.Document) ([]byte, error) {
	t, err := template.New("page").Funcs(template.FuncMap{"percent": percent, "whole": whole, "figure": figure, "ece": ece}).Parse(page)
	if err != nil {
		return nil, err
	}
	v := view{Document: doc}
	for _, f := range []field{{Name: "Category", Figures: doc.Report.Category}, {Name: "Priority", Figures: doc.Report.Priority}} {
		if f.Figures.N == 0 {
			continue
		}
		if f.Figures.Calibration.N > 0 {
			if f.Reliability, err = reliability(f.Figures.Calibration); err != nil {
				return nil, err
			}
		}
		if f.Confusion, err = confusion(f.Figures.Confusion); err != nil {
			return nil, err
		}
		v.Fields = append(v.Fields, f)
	}
	if len(doc.Sweep) > 0 {
		if v.Sweep, err = sweep(doc.Sweep); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if err := t.Execute(&out, v); err != nil {
		return nil, fmt.Errorf("render the page: %w", err)
	}
	return out.Bytes(), nil
}

// percent has a space that no line breaks at.
func percent(share float64) string { return fmt.Sprintf("%.1f\u00a0%%", 100*share) }

func whole(share float64) string { return fmt.Sprintf("%.0f\u00a0%%", 100*share) }

func figure(f float64) string { return fmt.Sprintf("%.3f", f) }

// ece is a dash where no answer came with a confidence: 0 would be praise.
func ece(f float64, calibrated int) string {
	if calibrated == 0 {
		return "–"
	}
	return figure(f)
}
