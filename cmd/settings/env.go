package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/joho/godotenv"
)

// LoadEnv prepares the environment for reading the settings: a variable that is empty counts as unset, and a .env file in the
// working directory gives what the environment leaves open.
func LoadEnv() error {
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); value == "" && name != "" {
			if err := os.Unsetenv(name); err != nil {
				return fmt.Errorf("unset the empty %s: %w", name, err)
			}
		}
	}
	file, err := godotenv.Read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		// The parser's own words repeat the file, which has secrets.
		return errors.New(".env cannot be read: every line must be NAME=value, # comment, or empty; quotes must be closed")
	}
	for name, value := range file {
		if _, set := os.LookupEnv(name); !set && value != "" {
			if err := os.Setenv(name, value); err != nil {
				return fmt.Errorf(".env: set %s: %w", name, err)
			}
		}
	}
	return nil
}
