// Package htmlreport renders an evaluation as one HTML page: figures, tables and charts as inline SVG. The
// page needs no network.
package htmlreport

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"

	"ticketd/app/evaluation"
)

//go:embed page.html charts.html
var sources embed.FS

var page = template.Must(template.New("page.html").
	Funcs(template.FuncMap{
		"percent": percent, "whole": whole, "figure": figure, "ece": ece, "sure": sure, "tile": newTile,
	}).
	ParseFS(sources, "*.html"))

// view is what the page shows.
type view struct {
	evaluation.Result
	Fields []field
	Sweep  chart
	Wrong  []wrong
}

// tile shows an accuracy beside that of the best constant.
type tile struct {
	Name    string
	Metrics evaluation.Metrics
}

func newTile(name string, m evaluation.Metrics) tile { return tile{name, m} }

// Worthless reports whether a constant would be right as often.
func (t tile) Worthless() bool {
	return t.Metrics.N > 0 && t.Metrics.Accuracy <= t.Metrics.Baseline.Accuracy
}

// maxMistakes bounds the page, which is to be opened in a browser.
const maxMistakes = 1000

// wrong are the tickets with a wrong label of one field.
type wrong struct {
	Field    string
	All      int
	Mistakes []evaluation.Mistake // the first maxMistakes
	Texts    bool                 // they have titles and texts
}

// Left reports whether there are more than the page shows.
func (w wrong) Left() bool { return w.All > len(w.Mistakes) }

// field is the category or the priority with its charts.
type field struct {
	Name        string
	Metrics     evaluation.Metrics
	Reliability chart
	Confusion   chart
}

// Render returns the page.
func Render(doc evaluation.Result) ([]byte, error) {
	v := view{Result: doc, Sweep: sweep("sweep", doc.Sweep)}
	v.add("Category", doc.Report.Category)
	v.add("Priority", doc.Report.Priority)
	v.list("category", doc.Wrong.Category)
	v.list("priority", doc.Wrong.Priority)
	var out bytes.Buffer
	if err := page.Execute(&out, v); err != nil {
		return nil, fmt.Errorf("render the page: %w", err)
	}
	return out.Bytes(), nil
}

// add leaves out a field that no ticket has a right label for.
func (v *view) add(name string, f evaluation.Metrics) {
	if f.N > 0 {
		v.Fields = append(v.Fields, field{
			name, f, reliability(name+"-reliability", f.Calibration), confusion(name+"-confusion", f.Confusion),
		})
	}
}

func (v *view) list(field string, all []evaluation.Mistake) {
	if len(all) > 0 {
		v.Wrong = append(v.Wrong, wrong{field, len(all), all[:min(len(all), maxMistakes)], all[0].Title != ""})
	}
}

// percent and whole write a share with a no-break space before the sign.
func percent(share float64) string { return fmt.Sprintf("%.1f\u00a0%%", 100*share) }
func whole(share float64) string   { return fmt.Sprintf("%.0f\u00a0%%", 100*share) }

func figure(f float64) string { return fmt.Sprintf("%.3f", f) }

// ece returns a dash where no answer came with a confidence: 0 would be praise.
func ece(f float64, calibrated int) string {
	if calibrated == 0 {
		return "–"
	}
	return figure(f)
}

func sure(confidence *float64) string {
	if confidence == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f", *confidence)
}
