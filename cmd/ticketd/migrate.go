package main

import (
	"context"
	"errors"
	"fmt"
	"io"

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

// withMigrator runs do on the database of the settings.
func withMigrator(
	ctx context.Context, raw settings.RawStore, stdout io.Writer, do func(*migrations.Migrator) error,
) error {
	s, err := raw.Parse()
	if err != nil {
		return err
	}
	m, err := bootstrap.OpenMigrator(ctx, s.Store, stdout)
	if err != nil {
		return err
	}
	if err = do(m.Migrator); err == nil {
		err = sayVersion(ctx, m.Migrator, stdout)
	}
	return errors.Join(err, m.Close())
}

func sayVersion(ctx context.Context, m *migrations.Migrator, stdout io.Writer) error {
	s, err := m.Version(ctx)
	if err != nil {
		return err
	}
	note := ""
	switch {
	case s.Dirty:
		note = "; a migration was cut off there: run `ticketd migrate up` to see how to repair it"
	case s.Newer():
		note = "; a newer program migrated it"
	}
	_, err = fmt.Fprintf(stdout, "schema version %d, newest known %d%s\n", s.Current, s.Latest, note)
	return err
}

type migrateUp struct{ settings.RawStore }

// Run is a success, too, for a schema that is newer than this program.
func (c *migrateUp) Run(ctx context.Context, out *streams) error {
	return withMigrator(ctx, c.RawStore, out.stdout, func(m *migrations.Migrator) error {
		return bootstrap.IgnoreNewer(m.Up(ctx))
	})
}

type migrateDown struct {
	settings.RawStore
	Steps int `arg:"" optional:"" default:"1" help:"How many migrations to take back."`
}

// Run takes migrations back.
func (c *migrateDown) Run(ctx context.Context, out *streams) error {
	return withMigrator(ctx, c.RawStore, out.stdout, func(m *migrations.Migrator) error {
		return m.Down(ctx, c.Steps)
	})
}

type migrateVersion struct{ settings.RawStore }

// Run prints the version.
func (c *migrateVersion) Run(ctx context.Context, out *streams) error {
	return withMigrator(ctx, c.RawStore, out.stdout, func(*migrations.Migrator) error { return nil })
}

type migrateForce struct {
	settings.RawStore
	To uint `arg:"" name:"version" help:"The version that the schema really has; 0 for an empty database."`
}

// Run notes the version.
func (c *migrateForce) Run(ctx context.Context, out *streams) error {
	return withMigrator(ctx, c.RawStore, out.stdout, func(m *migrations.Migrator) error {
		return m.Force(ctx, c.To)
	})
}
