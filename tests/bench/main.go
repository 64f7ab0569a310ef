// Command bench measures ticketd as a whole: it seeds a database, starts the program, sends requests in
// closed loops, checks every answer, and compares with another build and with pgbench on the same data, in
// alternating rounds. It needs Linux and stays on this machine.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// options are those of the command line.
type options struct {
	Scenario []string      `placeholder:"NAME" help:"Only these, with commas. There are: ${scenarios}."`
	Quick    bool          `help:"A first look: 100,000 tickets, one round of 2 s."`
	Tickets  int           `default:"1000000" help:"Tickets to seed, at least 10,000. Default: ${default}."`
	Users    int           `default:"5000" help:"Users to seed. Default: ${default}."`
	Clients  int           `default:"32" help:"Clients at once; pgbench has as many. Default: ${default}."`
	Rounds   int           `default:"3" help:"Rounds: each measures every contender once. Default: ${default}."`
	Duration time.Duration `default:"5s" help:"Time that is measured in each round. Default: ${default}."`
	WarmUp   time.Duration `default:"1s" help:"Time before that. Default: ${default}."`

	Env           []string `placeholder:"NAME=VALUE" help:"Settings of the program besides the scenarios' own."`
	Against       string   `placeholder:"COMMIT" xor:"against" help:"Compare with this commit."`
	AgainstBinary string   `placeholder:"FILE" xor:"against" help:"Compare with this program."`
	AgainstEnv    []string `placeholder:"NAME=VALUE" help:"Settings of the other, or of this program again."`
	Pgbench       bool     `default:"true" negatable:"" help:"Compare with pgbench. Default: yes."`
	LogLevel      string   `default:"info" help:"LOG_LEVEL; the log is removed. Default: ${default}."`

	DBURL   string `name:"db-url" placeholder:"URL" help:"As a superuser, here. Default: found or started."`
	Private bool   `help:"Start a PostgreSQL server for this run although another one listens."`
	Keep    bool   `help:"Keep the seeded database for the next run with --keep, which is then sooner at work."`
	JSON    string `name:"json" placeholder:"FILE" help:"Write all figures of all rounds there too."`

	Model *time.Duration `hidden:"" help:"Only imitate the model's API, with answers after this time."`
}

func (o *options) validate() error {
	if o.Quick {
		o.Tickets, o.Rounds, o.Duration = 100_000, 1, 2*time.Second
	}
	switch {
	case o.Tickets < 10_000 || o.Users < 1 || o.Clients < 1 || o.Rounds < 1 || o.Duration < time.Second:
		return errors.New("--tickets must be at least 10000, --duration 1s, --users, --clients and --rounds 1")
	case o.Keep && o.Private:
		return errors.New("--keep needs a server that goes on: not the one of --private")
	}
	for _, setting := range append(o.Env, o.AgainstEnv...) {
		if name, _, found := strings.Cut(setting, "="); !found || name == "" {
			return fmt.Errorf("%q is not NAME=VALUE", setting)
		}
	}
	return nil
}

// run measures, and reports what there is also when it ends early.
func (o *options) run(ctx context.Context) error {
	if o.Model != nil {
		return imitate(ctx, *o.Model)
	}
	if err := o.validate(); err != nil {
		return err
	}
	chosen, err := choose(o.Scenario)
	if err != nil {
		return err
	}
	b := &bench{options: *o, chosen: chosen}
	err = errors.Join(b.run(ctx), b.end())
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	return errors.Join(err, b.show())
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	var asked options
	kong.Parse(&asked, kong.Name("bench"), kong.Vars{"scenarios": strings.Join(names(), ", ")},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	err := asked.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
