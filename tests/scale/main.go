// Command scale fills a PostgreSQL server of its own with many tickets, runs every kind of statement of the
// program's store on them, makes the large tables partitions while tickets come in, and runs the statements
// again: docs/scale.md has what it found. Nothing is left behind but what --plans writes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// options are those of the command line.
type options struct {
	Tickets int    `default:"200000" help:"Tickets to make, at least 100,000. Default: ${default}."`
	Days    int    `default:"1000" help:"Days over which they came. Default: ${default}."`
	Later   int    `default:"8" help:"Partitions that hold the newest tickets, 1 % each. Default: ${default}."`
	Cost    int    `default:"20000" help:"Tickets that are stored and classified to weigh them; 0 for none. Default: ${default}."`
	Plans   string `placeholder:"FOLDER" help:"Write all plans there."`

	out io.Writer
}

func (o *options) run(ctx context.Context) error {
	if o.Tickets < 100_000 || o.Days < 60 || o.Later < 1 || o.Later > 50 || o.Cost > 0 && o.Cost < 100 {
		return errors.New("--tickets must be at least 100000, --days 60, --cost 100 or 0, --later 1 to 50")
	}
	if o.Cost > 0 {
		if err := weigh(ctx, o.out, o.Cost); err != nil {
			return err
		}
	}
	return o.compare(ctx)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	asked := options{out: os.Stdout}
	kong.Parse(&asked, kong.Name("scale"), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	err := asked.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}
