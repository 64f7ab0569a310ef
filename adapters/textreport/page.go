// Package textreport renders evaluations and trainings as text in aligned columns, for a terminal.
package textreport

import (
	"bytes"
	"fmt"
	"io"
	"text/tabwriter"
)

// page collects text in aligned columns.
type page struct {
	buffer bytes.Buffer
	tabs   *tabwriter.Writer
}

func newPage() *page {
	p := &page{}
	p.tabs = tabwriter.NewWriter(&p.buffer, 0, 0, 2, ' ', tabwriter.AlignRight)
	return p
}

// linef cannot fail: it writes to memory.
func (p *page) linef(format string, args ...any) { _, _ = fmt.Fprintf(p.tabs, format+"\n", args...) }

// text writes outside of the columns.
func (p *page) textf(format string, args ...any) {
	_ = p.tabs.Flush()
	_, _ = fmt.Fprintf(&p.buffer, format+"\n", args...)
}

func (p *page) writeTo(w io.Writer) error {
	_ = p.tabs.Flush()
	_, err := p.buffer.WriteTo(w)
	return err
}
