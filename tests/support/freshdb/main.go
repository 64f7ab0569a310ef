// Command freshdb gives programs that are no Go tests a PostgreSQL database of their own, as testenv gives
// one to tests: it prints the URL, and drops the database when its standard input ends.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"ticketd/tests/support/testenv"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	server, err := testenv.FindPostgres()
	if err != nil {
		return err
	}
	url, drop, err := testenv.CreateDatabase(server, "ticketd_browser_")
	if err != nil {
		return err
	}
	_, printed := fmt.Fprintln(out, url)
	_, waited := io.Copy(io.Discard, in)
	return errors.Join(printed, waited, drop())
}
