package htmlreport

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"ticketd/app/evaluation"
)

// labelDistance keeps the labels of a curve apart, in the units of px.
const labelDistance = 34

// px is a length on a chart's canvas of 420 × 340.
type px float64

// String returns p with one decimal at most.
func (p px) String() string { return strconv.FormatFloat(math.Round(float64(p)*10)/10, 'f', -1, 64) }

// box is a rectangle on the canvas. Opacity is that of its colour, from 0 to 1.
type box struct {
	X, Y, Width, Height px
	Opacity             string
}

// Bottom returns the lower edge.
func (b box) Bottom() px { return b.Y + b.Height }

// mark is a point with a text at it.
type mark struct {
	X, Y px
	Text string
}

var frame = box{X: 64, Y: 28, Width: 340, Height: 250}

// axis maps the values from lo to hi to a side of the frame.
type axis struct{ lo, hi float64 }

func (a axis) x(v float64) px { return frame.X + px((v-a.lo)/(a.hi-a.lo))*frame.Width }

func (a axis) y(v float64) px { return frame.Bottom() - px((v-a.lo)/(a.hi-a.lo))*frame.Height }

// chart is what the template "chart" draws. ID is unique in the page.
type chart struct {
	ID, Title, Text string
	XName, YName    string
	XTicks, YTicks  []mark
	Boxes           []box
	Line            string // the points of a polyline
	Diagonal        bool
	Points, Labels  []mark
}

// Frame returns the area that the axes enclose.
func (chart) Frame() box { return frame }

// ticks adds five even steps to both axes.
func (c *chart) ticks(x, y axis) {
	for i := range 6 {
		share := float64(i) / 5
		right, up := x.lo+share*(x.hi-x.lo), y.lo+share*(y.hi-y.lo)
		c.XTicks = append(c.XTicks, mark{X: x.x(right), Text: number(right)})
		c.YTicks = append(c.YTicks, mark{Y: y.y(up), Text: number(up)})
	}
}

func number(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

// reliability draws how much is right in each bin of confidence.
func reliability(id string, calibration evaluation.Calibration) chart {
	unit := axis{0, 1}
	c := chart{
		ID: id, Title: "Reliability diagram", Diagonal: true,
		XName: "mean confidence", YName: "share that is right",
		Text: fmt.Sprintf("Confidence against the share that is right. The expected calibration error is %.3f.",
			calibration.ECE),
	}
	c.ticks(unit, unit)
	for _, b := range calibration.Bins {
		if b.N == 0 {
			continue
		}
		left, top := unit.x(b.From), unit.y(b.Accuracy)
		c.Boxes = append(c.Boxes, box{left, top, unit.x(b.To) - left, frame.Bottom() - top, "1"})
		c.Points = append(c.Points, mark{X: unit.x(b.Confidence), Y: top})
		c.Labels = append(c.Labels, mark{unit.x((b.From + b.To) / 2), frame.Bottom() - 7, short(b.N)})
	}
	return c
}

// short writes a number so that it fits into a bar: 12345 as 12k.
func short(n int) string {
	if n < 10_000 {
		return strconv.Itoa(n)
	}
	return strconv.Itoa(n/1000) + "k"
}

// confusion draws the tickets of each right label (row) that got each label (column).
func confusion(id string, m evaluation.Confusion) chart {
	c := chart{ID: id, Title: "Confusion matrix", XName: "predicted", YName: "right"}
	width, height := frame.Width/px(len(m.Labels)), frame.Height/px(len(m.Labels))
	var rows []string
	for i, label := range m.Labels {
		middle := mark{frame.X + (px(i)+0.5)*width, frame.Y + (px(i)+0.5)*height, label}
		c.XTicks, c.YTicks = append(c.XTicks, middle), append(c.YTicks, middle)
		sum := 0
		for _, n := range m.Counts[i] {
			sum += n
		}
		for j, n := range m.Counts[i] {
			opacity := strconv.FormatFloat(float64(n)/float64(max(sum, 1)), 'f', 2, 64)
			c.Boxes = append(c.Boxes, box{frame.X + px(j)*width, frame.Y + px(i)*height, width, height, opacity})
			c.Labels = append(c.Labels, mark{frame.X + (px(j)+0.5)*width, middle.Y + 4, strconv.Itoa(n)})
		}
		rows = append(rows, fmt.Sprintf("%d of %d %s", m.Counts[i][i], sum, label))
	}
	c.Text = "Recognised: " + strings.Join(rows, ", ") + "."
	return c
}

// sweep draws accuracy against the share of saved calls.
func sweep(id string, steps []evaluation.Step) chart {
	worst, best := 1.0, 0.0
	for _, s := range steps {
		worst, best = min(worst, s.Accuracy), max(best, s.Accuracy)
	}
	x, y := axis{0, 1}, around(worst, best)
	c := chart{
		ID: id, Title: "Accuracy against saved calls", XName: "share of calls saved", YName: "accuracy",
		Text: fmt.Sprintf("The accuracy lies between %.3f and %.3f.", worst, best),
	}
	c.ticks(x, y)
	for _, s := range steps {
		at := mark{x.x(s.Saved), y.y(s.Accuracy), number(s.Threshold)}
		c.Points = append(c.Points, at)
		c.Line += at.X.String() + "," + at.Y.String() + " "
		if n := len(c.Labels); n == 0 || math.Abs(float64(c.Labels[n-1].X-at.X)) >= labelDistance {
			at.Y -= 10
			c.Labels = append(c.Labels, at)
		}
	}
	return c
}

// around returns the axis that holds lo to hi and ends at multiples of 0.05.
func around(lo, hi float64) axis {
	const step, slack = 0.05, 1e-9 // slack forgives what a division leaves
	a := axis{math.Floor(lo/step+slack) * step, math.Ceil(hi/step-slack) * step}
	if a.hi-a.lo < step/2 {
		a.lo, a.hi = max(0, a.lo-step), min(1, a.hi+step)
	}
	return a
}
