package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/migrations"
)

type migrate struct {
	Up      migrateUp      `cmd:"" help:"Bring the schema to the newest version."`
	Down    migrateDown    `cmd:"" help:"Take migrations back, the newest first. Data that only they know is lost."`
	Version migrateVersion `cmd:"" help:"Say which version the schema has and which one this program brings."`
	Force   migrateForce   `cmd:"" help:"Note that the schema has a version, without changing anything: the repair after a migration that was cut off."`
}

// withMigrator runs do on the database of the settings, then says where the schema is.
func withMigrator(
	ctx context.Context, raw settings.RawStore, opening settings.Opening, out *streams,
	do func(*bootstrap.Migrator) error,
) error {
	s, err := raw.Parse()
	if err != nil {
		return err
	}
	s.Store.Opening = opening
	m, err := bootstrap.OpenMigrator(ctx, s.Store, out.stdout)
	if err != nil {
		return err
	}
	if err = do(m); err == nil {
		err = sayVersion(ctx, m, out.stdout)
	}
	return errors.Join(err, m.Close())
}

func sayVersion(ctx context.Context, m *bootstrap.Migrator, stdout io.Writer) error {
	s, err := m.Version(ctx)
	if err != nil {
		return err
	}
	note := ""
	switch {
	case s.Dirty:
		note = "; a migration was cut off there: run `ticketd migrate up` to see how to repair it"
	case s.Newer():
		note = "; a newer program migrated it: update this one"
	case m.Missing != "":
		note = "; " + m.Missing + " is not there: `ticketd migrate up` makes it"
	case s.Current < s.Latest:
		note = "; `ticketd migrate up` brings it there"
	}
	_, err = fmt.Fprintf(stdout, "schema version %d, newest known %d%s\n", s.Current, s.Latest, note)
	return err
}

type migrateUp struct {
	settings.RawStore `group:"settings"`
}

// Run is a success, too, for a schema that is newer than this program.
func (c *migrateUp) Run(ctx context.Context, out *streams) error {
	return withMigrator(ctx, c.RawStore, settings.OpenToServe, out, func(m *bootstrap.Migrator) error {
		before, err := m.Version(ctx)
		if err != nil {
			return err
		}
		if err := bootstrap.IgnoreNewer(m.Up(ctx)); err != nil {
			return err
		}
		said := "nothing to do"
		if made := m.Between(before.Current, before.Latest); len(made) > 0 {
			said = "made " + strings.Join(made, ", ")
		}
		_, err = fmt.Fprintln(out.stdout, said)
		return err
	})
}

type migrateDown struct {
	settings.RawStore `group:"settings"`
	Steps             int  `arg:"" optional:"" default:"1" help:"How many migrations to take back. Default: ${default}."`
	Yes               bool `help:"Do not ask before data is lost."`
}

// Run takes migrations back.
func (c *migrateDown) Run(ctx context.Context, out *streams) error {
	return withMigrator(ctx, c.RawStore, settings.OpenExisting, out, func(m *bootstrap.Migrator) error {
		s, err := m.Version(ctx)
		if err != nil {
			return err
		}
		if s.Current == 0 && !s.Dirty && c.Steps > 0 {
			_, err := fmt.Fprintln(out.stdout, "nothing to do")
			return err
		}
		losses, err := m.Losses(ctx, c.Steps)
		if err != nil {
			return err
		}
		if err := c.confirm(ctx, losses, out); err != nil {
			return fmt.Errorf("nothing was taken back: %w", err)
		}
		if err := m.Down(ctx, c.Steps); err != nil {
			return err
		}
		var names []string
		for _, l := range losses {
			names = append(names, l.Step)
		}
		_, err = fmt.Fprintln(out.stdout, "took back "+strings.Join(slices.Compact(names), ", "))
		return err
	})
}

// confirm says what is lost, and asks whether to go on. Nobody but a person or --yes may say so.
func (c *migrateDown) confirm(ctx context.Context, losses []migrations.Loss, out *streams) error {
	for _, l := range losses {
		if _, err := fmt.Fprintf(out.stderr, "taking back %s drops %s\n", l.Step, lost(l)); err != nil {
			return err
		}
	}
	if c.Yes {
		return nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return errors.New("say --yes if it is meant")
	}
	yes, err := asked(ctx, out, "Go on? [y/N] ")
	if err == nil && !yes {
		err = errors.New("it was not confirmed")
	}
	return err
}

func lost(l migrations.Loss) string {
	switch {
	case l.Table == "":
		return "an index and no data"
	case l.Column == "":
		return fmt.Sprintf("the table %s with %d rows", l.Table, l.Rows)
	}
	return fmt.Sprintf("the column %s of %s, which has a value in %d rows", l.Column, l.Table, l.Rows)
}

type migrateVersion struct {
	settings.RawStore `group:"settings"`
}

// Run prints the version.
func (c *migrateVersion) Run(ctx context.Context, out *streams) error {
	say := func(*bootstrap.Migrator) error { return nil } // which withMigrator does
	return withMigrator(ctx, c.RawStore, settings.OpenToLook, out, say)
}

type migrateForce struct {
	settings.RawStore `group:"settings"`
	To                uint `arg:"" name:"version" help:"The version that the schema really has; 0 for an empty database."`
}

// Run notes the version.
func (c *migrateForce) Run(ctx context.Context, out *streams) error {
	return withMigrator(ctx, c.RawStore, settings.OpenExisting, out, func(m *bootstrap.Migrator) error {
		return m.Force(ctx, c.To)
	})
}
