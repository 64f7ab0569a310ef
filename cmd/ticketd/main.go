// Command ticketd takes customer-support tickets over REST and says what each is about and how urgent it is.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
)

// commands are the words after "ticketd"; without one it serves.
type commands struct {
	Serve       serve         `cmd:"" default:"withargs" help:"Serve the REST API (the default)."`
	Demo        demo          `cmd:"" help:"Serve a help desk with 500 made-up tickets and keep nothing."`
	Worker      worker        `cmd:"" help:"Classify tickets in queue mode."`
	Check       check         `cmd:"" help:"Say whether this set-up will work: database, Redis, and the model with three tickets of its own."`
	Import      importTickets `cmd:"" help:"Store the tickets of a file, each once however often it is repeated."`
	Export      exportTickets `cmd:"" help:"Write tickets as JSON Lines or CSV."`
	Eval        eval          `cmd:"" help:"Say how often a classifier is right about tickets with known labels."`
	Train       train         `cmd:"" help:"Teach the local classifier from tickets with known labels."`
	Reclassify  reclassify    `cmd:"" help:"Classify again the tickets whose classification failed."`
	Purge       purge         `cmd:"" help:"Delete tickets that were closed long ago."`
	Dead        dead          `cmd:"" help:"List, show, replay or drop the events that were given up (queue mode)."`
	Healthcheck healthcheck   `cmd:"" help:"Ask a running process whether it is ready."`
	Migrate     migrate       `cmd:"" help:"Bring the database's schema up to date, back, or say where it is."`

	Help      help    `cmd:"" help:"Explain a command."`
	VersionIs version `cmd:"" name:"version" help:"Say which version of the program this is."`

	HelpAll helpAll          `group:"everywhere" help:"Show help with the settings that commands share."`
	Version kong.VersionFlag `group:"everywhere" help:"Say which version of the program this is."`
}

const description = `Takes customer-support tickets over REST and says what each is about, how urgent it is
and how sure that is.

Every setting is an environment variable, a line of a .env file in the working directory (which never
overrides the environment) or a flag of the same meaning. An empty value counts as unset.
"ticketd serve --help-all" lists them.`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit status: 0 for a good end, 1 for a failure, 2 for a wrong command line.
func run(args []string, stdout, stderr io.Writer) int {
	notes, err := settings.LoadEnv()
	if err != nil {
		return fail(stderr, 1, err)
	}
	bootstrap.Warn(stderr, notes)
	signalled, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer release()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	context.AfterFunc(signalled, func() {
		release() // before the stop begins: from then on another signal ends the process at once
		stop()
	})

	var asked commands
	var h helper
	exited := -1
	parser, err := kong.New(&asked, kong.Name("ticketd"), kong.Description(description),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Vars{"version": build()},
		kong.Help(h.print), kong.ExplicitGroups([]kong.Group{everywhere, sharedSettings}), kong.Bind(&h),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&streams{stdout, stderr}))
	if err != nil {
		return fail(stderr, 1, err)
	}
	parser.Model.HelpFlag.Group = &everywhere
	if args = unhelp(args); len(args) > 0 {
		if err := checkCommand(parser.Model.Node, args[0]); err != nil {
			return fail(stderr, 2, seeHelp(err))
		}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help was answered
		return exited
	}
	if err != nil {
		return fail(stderr, 2, seeHelp(err))
	}
	if err := parsed.Run(); err != nil {
		return fail(stderr, 1, err)
	}
	return 0
}

// seeHelp adds where the command line is explained.
func seeHelp(err error) error {
	path := "ticketd"
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok && wrong.Context != nil {
		if selected := wrong.Context.Selected(); selected != nil {
			path = selected.FullPath()
		}
	}
	return fmt.Errorf("%w\nsee %s --help", err, path)
}

func build() string {
	version, revision := bootstrap.Build()
	return fmt.Sprintf("ticketd %s, commit %s", version, revision)
}

// streams are where a command writes: its result, and everything else.
type streams struct{ stdout, stderr io.Writer }

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func fail(stderr io.Writer, status int, err error) int {
	text := err.Error()
	if errors.Is(err, context.Canceled) { // nothing was wrong with the store that was waited for
		canceled := context.Canceled.Error()
		text = strings.NewReplacer(
			domain.ErrStoreUnavailable.Message+": "+canceled, "interrupted", canceled, "interrupted").Replace(text)
	} else if advice := bootstrap.Advice(err); !strings.Contains(text, advice) {
		text += ": " + advice
	}
	// Where the error stream is gone there is nobody left to tell.
	_, _ = fmt.Fprintln(stderr, "ticketd:", text)
	return status
}
