package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// LoadEnv prepares the environment for reading the settings: a variable that is empty counts as unset, and a
// .env file in the working directory gives what the environment leaves open. It returns what people should
// know of what it took otherwise than it was given.
func LoadEnv() (notes []string, err error) {
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		note, err := mendVariable(name, value)
		if err != nil {
			return nil, err
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	file, err := readDotenv()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	given := os.Environ()
	if err := fill(file); err != nil {
		return nil, err
	}
	notes = append(notes, mistyped(given, file)...)
	slices.Sort(notes)
	return notes, nil
}

// fill sets what the environment leaves open. Of a name that the file has twice the last counts.
func fill(file []variable) error {
	open := map[string]string{}
	for _, v := range file {
		if _, set := os.LookupEnv(v.name); !set {
			open[v.name] = v.value
		}
	}
	for name, value := range open {
		if value == "" {
			continue
		}
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf(".env: set %s: %w", name, err)
		}
	}
	return nil
}

// serviceLink is what Kubernetes and Docker's links put into the variable NAME_PORT for a service called
// NAME.
var serviceLink = regexp.MustCompile(`^(tcp|udp|sctp)://`)

// mendVariable unsets what is empty and what the platform made up, and takes off the quotes that belong to a
// shell and the line end that a secret made of a file has.
func mendVariable(name, value string) (note string, err error) {
	ours := name != "" && slices.Contains(names(), name)
	trimmed := strings.TrimSpace(value)
	switch bare := unquoted(trimmed); {
	case name == "": // Windows has such
	case value == "" || ours && bare == "":
		err = os.Unsetenv(name)
	case ours && strings.HasSuffix(name, "PORT") && serviceLink.MatchString(bare):
		note = name + " is ignored: its value is the link to a service that Kubernetes or Docker adds, no port; " +
			"give that service another name, or set enableServiceLinks: false"
		err = os.Unsetenv(name)
	case ours && bare == trimmed && trimmed != value:
		note = name + " has blanks or line ends around its value in the environment, which were taken off"
		err = os.Setenv(name, bare)
	case ours && bare != value:
		note = name + " has quotes around its value in the environment, which were taken off: " +
			"write it without them (docker --env-file keeps them)"
		err = os.Setenv(name, bare)
	}
	if err != nil {
		return "", fmt.Errorf("mend the variable %s: %w", name, err)
	}
	return note, nil
}

func unquoted(value string) string {
	if n := len(value); n > 1 && value[0] == value[n-1] && (value[0] == '"' || value[0] == '\'') {
		return value[1 : n-1]
	}
	return value
}

// names are the variables of all settings.
func names() []string {
	var all []string
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for f := range t.NumField() {
			field := t.Field(f)
			if name := field.Tag.Get("env"); name != "" {
				all = append(all, name)
			} else if field.Type.Kind() == reflect.Struct {
				walk(field.Type)
			}
		}
	}
	walk(reflect.TypeFor[RawServer]())
	walk(reflect.TypeFor[RawWorker]()) // the others are shared
	return all
}
