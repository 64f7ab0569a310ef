package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// contender is a program with settings.
type contender struct {
	name, binary string
	env          []string
	data         *database
}

// build returns the contenders, without their data: the working tree's program, and what it is compared with.
func (b *bench) build(ctx context.Context) ([]*contender, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	tree := &contender{name: "tree", binary: filepath.Join(b.dir, "tree"), env: b.Env}
	b.say("building the working tree")
	if err := goBuild(ctx, root, tree.binary); err != nil {
		return nil, err
	}
	other := &contender{binary: tree.binary, env: append(append([]string(nil), b.Env...), b.AgainstEnv...)}
	settings := strings.Join(b.AgainstEnv, " ")
	switch {
	case b.Against != "":
		other.name, other.binary = strings.TrimSpace(b.Against+" "+settings), filepath.Join(b.dir, "against")
		b.say("building " + b.Against)
		err = buildCommit(ctx, root, b.Against, filepath.Join(b.dir, "worktree"), other.binary)
	case b.AgainstBinary != "":
		other.name = strings.TrimSpace(filepath.Base(b.AgainstBinary) + " " + settings)
		other.binary, err = filepath.Abs(b.AgainstBinary)
	case settings != "":
		other.name = settings
	default:
		return []*contender{tree}, nil
	}
	return []*contender{tree, other}, err
}

func moduleRoot(ctx context.Context) (string, error) {
	file, err := output(exec.CommandContext(ctx, "go", "env", "GOMOD"))
	if err == nil && (file == "" || file == os.DevNull) {
		err = errors.New("run it inside the checkout")
	}
	return filepath.Dir(file), err
}

func goBuild(ctx context.Context, dir, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-o", binary, "./cmd/ticketd")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // as the release is built
	_, err := output(cmd)
	return err
}

func buildCommit(ctx context.Context, root, commit, worktree, binary string) error {
	if _, err := output(exec.CommandContext(ctx, "git", "-C", root, "worktree", "add", "--detach", worktree,
		commit)); err != nil {
		return err
	}
	err := goBuild(ctx, worktree, binary)
	remove := exec.CommandContext(context.WithoutCancel(ctx), "git", "-C", root, "worktree", "remove", "--force",
		worktree)
	_, removeErr := output(remove)
	return errors.Join(err, removeErr)
}

// output returns what a command prints; its complaints are in the error.
func output(cmd *exec.Cmd) (string, error) {
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err,
			cmp.Or(strings.TrimSpace(stderr.String()), "no message"))
	}
	return strings.TrimSpace(string(out)), nil
}
