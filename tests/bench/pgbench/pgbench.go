// Package pgbench runs PostgreSQL's own load generator with the statements of the scenarios, one row each:
// what the database gives to a program that costs next to nothing.
package pgbench

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed scripts/*.sql
var scripts embed.FS

// Part is a script by its name, such as "get", and how often it runs among the others.
type Part struct {
	Script string
	Weight int
}

// Program runs pgbench on one database.
type Program struct {
	path, database string
	password       string // stands in the environment, not on the command line
	dir            string // for scripts and logs
	variables      []string
}

// Find looks for the newest pgbench on the path and where Debian's packages put it. Scripts and logs go to
// dir.
func Find(databaseURL, dir string, tickets, users int) (*Program, error) {
	path, err := exec.LookPath("pgbench")
	if err != nil {
		places, globErr := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
		if globErr != nil || len(places) == 0 {
			return nil,
				fmt.Errorf(
					"there is no pgbench; on Debian: sudo apt-get install -y postgresql-contrib (or run with "+
						"--no-pgbench): %w", errors.Join(err, globErr))
		}
		path = places[len(places)-1]
	}
	u, err := url.Parse(databaseURL)
	if err != nil {
		return nil, errors.New("the database's URL is not well-formed")
	}
	p := &Program{
		path: path, dir: dir,
		variables: []string{"-D", "tickets=" + strconv.Itoa(tickets), "-D", "users=" + strconv.Itoa(users)},
	}
	p.password, _ = u.User.Password()
	u.User = url.User(u.User.Username())
	p.database = u.String()
	return p, p.unpack()
}

func (p *Program) unpack() error {
	files, err := scripts.ReadDir("scripts")
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := scripts.ReadFile("scripts/" + f.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(p.dir, f.Name()), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Run runs the scripts for a time with as many connections as there are clients.
func (p *Program) Run(ctx context.Context, parts []Part, clients int, window time.Duration) (Result, error) {
	prefix := filepath.Join(p.dir, "latency")
	args := []string{
		"-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", strconv.Itoa(min(clients, 2)),
		"-T", strconv.Itoa(max(1, int(window.Seconds()))), "--log", "--log-prefix=" + prefix, "--sampling-rate=0.1",
	}
	for _, part := range parts {
		args = append(args, "-f", fmt.Sprintf("%s@%d", filepath.Join(p.dir, part.Script+".sql"), part.Weight))
	}
	cmd := exec.CommandContext(ctx, p.path, append(append(args, p.variables...), p.database)...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+p.password)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return Result{}, fmt.Errorf("pgbench: %w: %s", err, stderr.String())
	}
	r, err := ParseOutput(string(out))
	if err != nil {
		return Result{}, err
	}
	r.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	r.Latencies, err = takeLogs(prefix)
	return r, err
}
