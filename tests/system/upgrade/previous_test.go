package upgrade_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	// previous is the commit of the program that people may still run beside this one, and previousVersion the
	// schema that it brings.
	previous        = "4597f7dbb4b879d9bde7b9c71d73f073ffae8cc0"
	previousVersion = 8
)

// builtPrevious is the folder of the previous program, built once from the history of this checkout.
var builtPrevious = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ticketd-previous-")
	if err != nil {
		return "", err
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		return dir, err
	}
	archive, source := filepath.Join(dir, "previous.tar"), filepath.Join(dir, "source")
	if err := os.Mkdir(source, 0o755); err != nil {
		return dir, err
	}
	for _, command := range [][]string{
		{"git", "-c", "safe.directory=*", "-C", root, "archive", "--output", archive, previous},
		{"tar", "-xf", archive, "-C", source},
		{"go", "-C", source, "build", "-buildvcs=false", "-o", filepath.Join(dir, "ticketd"), "./cmd/ticketd"},
	} {
		//nolint:gosec // this test's words
		c := exec.CommandContext(context.Background(), command[0], command[1:]...)
		out, err := c.CombinedOutput()
		if err != nil {
			return dir, fmt.Errorf("%s: %w; the history up to %s is needed: git fetch --unshallow\n%s", command[0],
				err, previous, out)
		}
	}
	return dir, nil
})

func previousBinary(t *testing.T) string {
	t.Helper()
	dir, err := builtPrevious()
	require.NoError(t, err)
	return filepath.Join(dir, "ticketd")
}

func removePrevious() error {
	dir, _ := builtPrevious() // its error was the tests'
	return os.RemoveAll(dir)
}
