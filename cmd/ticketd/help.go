package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"ticketd/cmd/settings"
	"ticketd/ports/spelling"
)

// help is known to the parser so that it is listed; unhelp says what it does.
type help struct {
	Command []string `arg:"" optional:"" help:"The command to explain."`
}

// unhelp turns "help export" into "export --help".
func unhelp(args []string) []string {
	if len(args) == 0 || args[0] != "help" {
		return args
	}
	return append(slices.Clone(args[1:]), "--help")
}

type version struct{}

// Run prints what --version prints.
func (c *version) Run(out *streams) error {
	_, err := fmt.Fprintln(out.stdout, build())
	return err
}

// helpAll is the flag that shows the shared settings, too.
type helpAll bool

// BeforeReset is called when the flag is met, before anything that is missing is complained about.
func (helpAll) BeforeReset(ctx *kong.Context, h *helper) error {
	h.all = true
	if err := ctx.PrintUsage(false); err != nil {
		return err
	}
	ctx.Exit(0)
	return nil
}

// The groups of flags in the help, after what is a command's own.
var (
	everywhere     = kong.Group{Key: "everywhere", Title: "Of every command:"}
	sharedSettings = kong.Group{
		Key: settings.SharedGroup, Title: "Settings, each also a variable and a line of .env:",
	}
)

// helper prints the help of a command: what is its own first, then the shared settings, or how to see them.
type helper struct{ all bool }

func (h *helper) print(o kong.HelpOptions, ctx *kong.Context) error {
	selected := ctx.Selected()
	if selected == nil || h.all {
		return kong.DefaultHelpPrinter(o, ctx)
	}
	var shared []string
	for _, f := range selected.Flags {
		if f.Group != nil && f.Group.Key == sharedSettings.Key {
			f.Hidden = true
			shared = append(shared, f.Name)
		}
	}
	if err := kong.DefaultHelpPrinter(o, ctx); err != nil || len(shared) == 0 {
		return err
	}
	also := "--" + shared[0]
	if n := len(shared) - 1; n > 0 {
		also += fmt.Sprintf(" and %d other settings", n)
	}
	_, err := fmt.Fprintf(ctx.Stdout, "\nAlso %s: %s --help-all\n", also, selected.FullPath())
	return err
}

// checkCommand refuses a word that is no command, which would otherwise be one too many of the default
// command.
func checkCommand(app *kong.Node, word string) error {
	var names []string
	for _, n := range app.Children {
		names = append(names, n.Name)
	}
	if strings.HasPrefix(word, "-") || slices.Contains(names, word) {
		return nil
	}
	meant := spelling.Meant(word, names)
	for _, name := range names {
		if meant == "" && len(word) > 2 && (strings.HasPrefix(word, name) || strings.HasPrefix(name, word)) {
			meant = name
		}
	}
	if meant != "" {
		return fmt.Errorf("there is no command %s, did you mean %s?", word, meant)
	}
	return fmt.Errorf("there is no command %s", word)
}
