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

	"ticketd/adapters/openai"
	"ticketd/app"
	"ticketd/app/evaluation"
	"ticketd/domain"
)

const (
	// callTime is what a call of a small model usually takes.
	callTime = time.Second
	million  = 1e6
	// The prices of gpt-4o-mini in US dollars per million tokens, since it is the default and has cost that
	// since it exists.
	pricedModel        = "gpt-4o-mini"
	defaultInputPrice  = 0.15
	defaultOutputPrice = 0.60
)

// spendingFlags say whether to ask before calls that may cost money, and what they cost.
type spendingFlags struct {
	Yes         bool    `help:"Do not ask before calls that may cost money."`
	InputPrice  float64 `env:"AI_PRICE_INPUT_PER_M" placeholder:"USD" help:"Price of a million input tokens, for the estimate. Default: that of gpt-4o-mini, for no other model."`
	OutputPrice float64 `env:"AI_PRICE_OUTPUT_PER_M" placeholder:"USD" help:"Price of a million output tokens."`
}

func (f spendingFlags) check() error {
	if f.InputPrice < 0 || f.OutputPrice < 0 {
		return errors.New("--input-price and --output-price must not be negative")
	}
	return nil
}

// spending is what calls of a model will take, about.
type spending struct {
	candidate app.Candidate
	slots     int // calls in flight at a time; 0 if others make them
	calls     int
	tokens    evaluation.Tokens
}

func newSpending(c app.Candidate, slots int, texts []domain.Text) spending {
	s := spending{candidate: c, slots: slots}
	for _, text := range texts {
		s.add(text)
	}
	return s
}

func (s *spending) add(text domain.Text) {
	input, output := openai.EstimateTokens(text)
	s.calls++
	s.tokens.Input += input
	s.tokens.Output += output
}

// confirm says what the calls will take, and asks whether to go on.
func (f spendingFlags) confirm(ctx context.Context, out *streams, all ...spending) error {
	var parts []string
	for _, s := range all {
		if s.calls > 0 {
			parts = append(parts, f.estimate(s))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(out.stderr, strings.Join(parts, "\n")); err != nil || f.Yes {
		return err
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return errors.New("that may cost money: say --yes if it is meant")
	}
	return ask(ctx, out)
}

func (f spendingFlags) estimate(s spending) string {
	text := fmt.Sprintf("%s: %d calls, about %s input and %s output tokens%s",
		s.candidate.Name, s.calls, count(s.tokens.Input), count(s.tokens.Output), f.price(s))
	if s.slots == 0 {
		return text + ", by the workers"
	}
	took := time.Duration(s.calls) * callTime / time.Duration(s.slots)
	took = max(took, callTime).Round(time.Second)
	return text + fmt.Sprintf(", about %s at %d calls at a time", took, s.slots)
}

// price is empty where nobody knows it.
func (f spendingFlags) price(s spending) string {
	in, out := f.InputPrice, f.OutputPrice
	if in == 0 && out == 0 && s.candidate.OpenAI && s.candidate.Model == pricedModel {
		in, out = defaultInputPrice, defaultOutputPrice
	}
	if in == 0 && out == 0 {
		return " (say --input-price and --output-price to see the cost)"
	}
	return fmt.Sprintf(" for about $%.2f", (in*float64(s.tokens.Input)+out*float64(s.tokens.Output))/million)
}

// ask waits for an answer; an interrupt ends the wait.
func ask(ctx context.Context, out *streams) error {
	yes, err := asked(ctx, out, "Go on? [y/N] ")
	if err == nil && !yes {
		err = errors.New("nothing was asked of the model")
	}
	return err
}

// asked reports whether the answer to a question is yes.
func asked(ctx context.Context, out *streams, question string) (bool, error) {
	if _, err := fmt.Fprint(out.stderr, question); err != nil {
		return false, err
	}
	answered := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n') // no answer is no
		answered <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case answer := <-answered:
		return answer == "y" || answer == "yes", nil
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
