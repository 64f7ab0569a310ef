package servers

import (
	"cmp"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// findPostgres returns the path of initdb.
func (m Machine) findPostgres() (string, error) { return m.findBinary("initdb", "postgres") }

func (m Machine) findRedis() (string, error) {
	path, err := m.findBinary("redis-server")
	if err == nil {
		return path, nil
	}
	if valkey, other := m.findBinary("valkey-server"); other == nil {
		return valkey, nil
	}
	return "", err
}

// findBinary returns the path of name from the first folder that has others beside it too.
func (m Machine) findBinary(name string, others ...string) (string, error) {
	for _, pattern := range m.BinaryDirs {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		slices.SortStableFunc(dirs, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
		for _, dir := range dirs {
			if hasAll(dir, append(others, name)) {
				return filepath.Join(dir, name), nil
			}
		}
	}
	return "", fmt.Errorf("no folder with %v, neither on PATH nor where packages put it", append(others, name))
}

func hasAll(dir string, names []string) bool {
	for _, name := range names {
		if _, err := exec.LookPath(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

var number = regexp.MustCompile(`\d+(\.\d+)?`)

func version(dir string) float64 {
	v, err := strconv.ParseFloat(number.FindString(dir), 64)
	if err != nil {
		return 0 // no number in it
	}
	return v
}
