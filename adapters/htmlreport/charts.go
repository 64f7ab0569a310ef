package htmlreport

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"ticketd/app/evaluation"
)

const (
	chartWidth  = 12 * vg.Centimeter
	chartHeight = 10 * vg.Centimeter
	margin      = 0.4 * vg.Centimeter
	// labelGap leaves room for tick labels in a browser's wider font.
	labelGap = 0.4 * vg.Centimeter
	// numberHeight is where in the bars their numbers stand, on the scale of the bars.
	numberHeight = 0.04
	// labelDistance keeps the labels of a curve apart, on the scale of its axis.
	labelDistance = 0.1
)

var (
	blue   = color.NRGBA{R: 0x2b, G: 0x6c, B: 0xb0, A: 0xff}
	pale   = color.NRGBA{R: 0xbe, G: 0xd6, B: 0xee, A: 0xff}
	grey   = color.NRGBA{R: 0x88, G: 0x88, B: 0x88, A: 0xff}
	orange = color.NRGBA{R: 0xc0, G: 0x56, B: 0x21, A: 0xff}
)

// reliability shows, per part of the range of confidence, how much of it was right; a calibrated classifier's bars end at the line.
func reliability(c evaluation.Calibration) (template.HTML, error) {
	p := newPlot("mean confidence", "share that is right")
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1
	var means plotter.XYs
	counts := plotter.XYLabels{}
	for _, b := range c.Bins {
		if b.N == 0 {
			continue
		}
		bar, err := plotter.NewPolygon(plotter.XYs{{X: b.From, Y: 0}, {X: b.From, Y: b.Accuracy}, {X: b.To, Y: b.Accuracy}, {X: b.To, Y: 0}})
		if err != nil {
			return "", err
		}
		bar.Color, bar.LineStyle.Color = pale, blue
		p.Add(bar)
		means = append(means, plotter.XY{X: b.Confidence, Y: b.Accuracy})
		counts.XYs = append(counts.XYs, plotter.XY{X: (b.From + b.To) / 2, Y: numberHeight})
		counts.Labels = append(counts.Labels, strconv.Itoa(b.N))
	}
	if err := addLine(p, plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}}, grey, vg.Points(4)); err != nil {
		return "", err
	}
	if err := addPoints(p, means); err != nil {
		return "", err
	}
	if err := addLabels(p, counts, vg.Point{}); err != nil {
		return "", err
	}
	return svg(p, "Reliability diagram")
}

// confusion shows the share of each right label (row) that got each label (column), with the numbers in the cells.
func confusion(c evaluation.Confusion) (template.HTML, error) {
	p := newPlot("said", "right")
	n := len(c.Labels)
	cells := plotter.NewHeatMap(shares{c}, blues{})
	cells.Min, cells.Max = 0, 1
	p.Add(cells)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.5, float64(n)-0.5, -0.5, float64(n)-0.5
	var x, y plot.ConstantTicks
	for i, l := range c.Labels {
		x = append(x, plot.Tick{Value: float64(i), Label: l})
		y = append(y, plot.Tick{Value: float64(n - 1 - i), Label: l})
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = x, y
	counts := plotter.XYLabels{}
	for row := range n {
		for column := range n {
			counts.XYs = append(counts.XYs, plotter.XY{X: float64(column), Y: float64(n - 1 - row)})
			counts.Labels = append(counts.Labels, strconv.Itoa(c.Counts[row][column]))
		}
	}
	if err := addLabels(p, counts, vg.Point{}); err != nil {
		return "", err
	}
	return svg(p, "Confusion matrix")
}

// sweep shows accuracy against the share of saved calls.
func sweep(steps []evaluation.Step) (template.HTML, error) {
	p := newPlot("share of calls saved", "accuracy")
	var line plotter.XYs
	marks := plotter.XYLabels{}
	for _, s := range steps {
		at := plotter.XY{X: s.Saved, Y: s.Accuracy}
		line = append(line, at)
		if n := len(marks.XYs); n == 0 || math.Abs(marks.XYs[n-1].X-at.X) >= labelDistance {
			marks.XYs = append(marks.XYs, at)
			marks.Labels = append(marks.Labels, fmt.Sprintf("%.2f", s.Threshold))
		}
	}
	if err := addLine(p, line, blue); err != nil {
		return "", err
	}
	if err := addPoints(p, line); err != nil {
		return "", err
	}
	if err := addLabels(p, marks, vg.Point{X: -10, Y: 11}); err != nil {
		return "", err
	}
	p.X.Min, p.X.Max = -0.05, 1.05
	return svg(p, "Accuracy against saved calls")
}

func newPlot(x, y string) *plot.Plot {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.Y.Label.Padding = labelGap
	for _, style := range []*text.Style{&p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label} {
		style.Font.Variant = sans
	}
	return p
}

// sans is the family of the fonts that the plots are laid out with.
const sans font.Variant = "Sans"

func addLine(p *plot.Plot, xys plotter.XYs, c color.Color, dashes ...vg.Length) error {
	l, err := plotter.NewLine(xys)
	if err != nil {
		return err
	}
	l.LineStyle.Color, l.LineStyle.Dashes = c, dashes
	p.Add(l)
	return nil
}

func addPoints(p *plot.Plot, xys plotter.XYs) error {
	points, err := plotter.NewScatter(xys)
	if err != nil {
		return err
	}
	points.GlyphStyle = draw.GlyphStyle{Color: orange, Radius: 3, Shape: draw.CircleGlyph{}}
	p.Add(points)
	return nil
}

func addLabels(p *plot.Plot, at plotter.XYLabels, offset vg.Point) error {
	if len(at.XYs) == 0 {
		return nil
	}
	labels, err := plotter.NewLabels(at)
	if err != nil {
		return err
	}
	for i := range labels.TextStyle {
		labels.TextStyle[i].XAlign, labels.TextStyle[i].YAlign = text.XCenter, text.YCenter
		labels.TextStyle[i].Font.Variant = sans
	}
	labels.Offset = offset
	p.Add(labels)
	return nil
}

// svg draws p as an element that stands in a page: without the XML prologue, and with a text for those who cannot see it.
func svg(p *plot.Plot, title string) (template.HTML, error) {
	canvas := vgsvg.New(chartWidth, chartHeight)
	p.Draw(draw.Crop(draw.New(canvas), 0, -margin, 0, -margin)) // half a tick label stands beyond the end of an axis
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return "", err
	}
	_, rest, found := bytes.Cut(out.Bytes(), []byte("<svg "))
	if !found {
		return "", fmt.Errorf("draw the %s: there is no svg element", title)
	}
	// The library escapes every text that it writes.
	return template.HTML(fmt.Sprintf(`<svg role="img" aria-label="%s" %s`, template.HTMLEscapeString(title), rest)), nil //nolint:gosec // see above
}

// shares is a confusion matrix as a grid whose rows count from below.
type shares struct{ c evaluation.Confusion }

func (s shares) Dims() (columns, rows int) { return len(s.c.Labels), len(s.c.Labels) }
func (s shares) X(column int) float64      { return float64(column) }
func (s shares) Y(row int) float64         { return float64(row) }

// Z is the share of the row.
func (s shares) Z(column, row int) float64 {
	counts := s.c.Counts[len(s.c.Labels)-1-row]
	sum := 0
	for _, n := range counts {
		sum += n
	}
	if sum == 0 {
		return 0
	}
	return float64(counts[column]) / float64(sum)
}

// blues goes from white to a blue on which black can be read.
type blues struct{}

var _ palette.Palette = blues{}

// Colors are 64 steps.
func (blues) Colors() []color.Color {
	const steps = 64
	all := make([]color.Color, steps)
	for i := range all {
		f := float64(i) / (steps - 1)
		all[i] = color.NRGBA{R: uint8(255 - f*155), G: uint8(255 - f*90), B: uint8(255 - f*15), A: 255}
	}
	return all
}
