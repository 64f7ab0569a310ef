package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"ticketd/cmd/bootstrap"
)

const (
	// callTime is what a call of a small model usually takes.
	callTime = time.Second
	million  = 1e6
	// The prices of gpt-4o-mini in US dollars per million tokens, since it is the default and has cost that since it exists.
	pricedModel        = "gpt-4o-mini"
	defaultInputPrice  = 0.15
	defaultOutputPrice = 0.60
)

// confirm does what is free, says what the rest will take, and asks if that may cost money.
func (c *eval) confirm(ctx context.Context, r runs, out *streams) error {
	calls := 0
	var parts []string
	for _, run := range []*evalRun{r.main, r.other} {
		if run == nil {
			continue
		}
		if err := run.free(ctx, out); err != nil {
			return err
		}
		if n := len(run.ask); n > 0 {
			calls += n
			parts = append(parts, c.estimate(run))
		}
	}
	if calls == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(out.stderr, strings.Join(parts, "\n")); err != nil || c.Yes {
		return err
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return errors.New("that may cost money: say --yes if it is meant")
	}
	return ask(ctx, out)
}

func (c *eval) estimate(run *evalRun) string {
	tokens := run.tokens()
	took := time.Duration(len(run.ask)) * callTime / time.Duration(c.Concurrency)
	text := fmt.Sprintf("%s: %d calls, about %s input and %s output tokens%s, about %s at %d calls at a time",
		run.subject.Name, len(run.ask), count(tokens.Input), count(tokens.Output), c.price(run.subject, tokens.Input, tokens.Output),
		max(took, callTime).Round(time.Second), c.Concurrency)
	return text
}

// price is empty where nobody knows it.
func (c *eval) price(s bootstrap.Subject, input, output int) string {
	in, out := c.InputPrice, c.OutputPrice
	if in == 0 && out == 0 && s.OpenAI && s.Model == pricedModel {
		in, out = defaultInputPrice, defaultOutputPrice
	}
	if in == 0 && out == 0 {
		return " (say --input-price and --output-price to see the cost)"
	}
	return fmt.Sprintf(" for about $%.2f", (in*float64(input)+out*float64(output))/million)
}

// ask waits for an answer; an interrupt ends the wait.
func ask(ctx context.Context, out *streams) error {
	if _, err := fmt.Fprint(out.stderr, "Go on? [y/N] "); err != nil {
		return err
	}
	answered := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n') // no answer is no
		answered <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case answer := <-answered:
		if answer == "y" || answer == "yes" {
			return nil
		}
		return errors.New("nothing was asked of the model")
	}
}

func count(n int) string {
	switch {
	case n >= 10*million:
		return fmt.Sprintf("%.0fM", float64(n)/million)
	case n >= million:
		return fmt.Sprintf("%.1fM", float64(n)/million)
	case n >= 10_000:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprint(n)
}
