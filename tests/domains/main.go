// Command domains measures the offline classifier by domain: by each source of labelled tickets, since a mean
// hides the one where it fails.
//
//	go run ./tests/domains tickets.jsonl more.jsonl
//	go run ./tests/domains -rows 120 -draws 5 tickets.jsonl
//
// The first prints what the built-in classifier is worth for each source and file beside the baseline, which
// always says the most frequent label, and whether its confidence could be better: "refitted" is the
// calibration error after a correction that was fitted to all other sources. The second trains with so many
// rows of a file at a time and prints what the rest of it makes of the model.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"ticketd/adapters/files"
	"ticketd/ports"
)

func main() {
	rows := flag.Int("rows", 0, "train with so many `rows` of each file instead")
	draws := flag.Int("draws", 5, "how `often` to draw these rows")
	seed := flag.Uint64("seed", 1, "what decides which rows are drawn")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, flag.Args(), drawing{*rows, *draws, *seed}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, paths []string, d drawing) error {
	if len(paths) == 0 {
		return errors.New("name at least one file of labelled tickets")
	}
	var all []file
	for _, path := range paths {
		f, err := read(ctx, path)
		if err != nil {
			return err
		}
		all = append(all, f)
	}
	if d.rows > 0 {
		return train(ctx, out, all, d)
	}
	return measure(ctx, out, all)
}

// file is one with labelled tickets.
type file struct {
	path    string
	tickets []ports.LabelledTicket
}

func read(ctx context.Context, path string) (file, error) {
	f := file{path: path}
	labelled, err := files.NewLabelled(path)
	if err != nil {
		return f, err
	}
	for t, err := range labelled.LabelledTickets(ctx) {
		if err != nil {
			return f, err
		}
		f.tickets = append(f.tickets, t)
	}
	if len(f.tickets) == 0 {
		return f, fmt.Errorf("%s: there is no ticket in it", path)
	}
	return f, nil
}
