package migrations_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// filesOf returns the steps of an engine, without comments, by name.
func filesOf(t *testing.T, engine, direction string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(engine, "*."+direction+".sql"))
	require.NoError(t, err)
	require.Len(t, paths, latest)
	files := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		files[strings.TrimSuffix(filepath.Base(path),
			"."+direction+".sql")] = comment.ReplaceAllString(string(text), "")
	}
	return files
}

var (
	comment = regexp.MustCompile(`--.*`)
	beside  = regexp.MustCompile(
		`^\s*(CREATE( UNIQUE)? INDEX CONCURRENTLY IF NOT EXISTS|DROP INDEX CONCURRENTLY IF EXISTS) (\w+)\b`)
	index = regexp.MustCompile(`CREATE(?: UNIQUE)? INDEX (?:IF NOT EXISTS )?\w+ ON (\w+)`)
	ends  = regexp.MustCompile(`(?i)\b(BEGIN|COMMIT|ROLLBACK)\s*;`)
)

func TestEveryStepCanBeTakenBackOnBothEngines(t *testing.T) {
	t.Parallel()
	for name := range filesOf(t, "postgres", "up") {
		require.Regexp(t, `^\d{4}_[a-z_]+$`, name)
		for _, engine := range []string{"postgres", "sqlite"} {
			require.NotEmpty(t, filesOf(t, engine, "up")[name], "%s of %s", name, engine)
			require.NotEmpty(t, filesOf(t, engine, "down")[name], "%s of %s", name, engine)
		}
	}
}

// A file with CONCURRENTLY runs outside of a transaction, so it must be a single repeatable statement.
func TestIndexIsBuiltAloneInItsFile(t *testing.T) {
	t.Parallel()
	for _, direction := range []string{"up", "down"} {
		for name, text := range filesOf(t, "postgres", direction) {
			if !strings.Contains(strings.ToUpper(text), "CONCURRENTLY") {
				continue
			}
			found := beside.FindStringSubmatch(text)
			require.NotNil(t, found,
				"%s: begin with CREATE INDEX CONCURRENTLY IF NOT EXISTS or DROP INDEX CONCURRENTLY IF EXISTS", name)
			require.Equal(t, name[len("0000_"):], found[3], "the file is called like its index")
			require.Equal(t, 1, strings.Count(text, ";"), name)
		}
	}
}

// What else a step dropped would not be counted before it is taken back.
func TestStepsAreTakenBackByStatementsWhoseLossIsCounted(t *testing.T) {
	t.Parallel()
	known := regexp.MustCompile(`^(DROP (TABLE \w+|TRIGGER \w+|TYPE \w+|INDEX (CONCURRENTLY )?IF EXISTS \w+)|` +
		`ALTER TABLE \w+ DROP COLUMN \w+)$`)
	for _, engine := range []string{"postgres", "sqlite"} {
		for name, text := range filesOf(t, engine, "down") {
			for statement := range strings.SplitSeq(strings.TrimSpace(text), ";") {
				if statement = strings.TrimSpace(statement); statement != "" {
					require.Regexp(t, known, statement, "%s of %s", name, engine)
				}
			}
		}
	}
}

func TestIndexOfATableInUseIsBuiltBesideIt(t *testing.T) {
	t.Parallel()
	for name, text := range filesOf(t, "postgres", "up") {
		for _, found := range index.FindAllStringSubmatch(text, -1) {
			require.Contains(t, text, "CREATE TABLE "+found[1]+" (", "%s: use CREATE INDEX CONCURRENTLY", name)
		}
	}
}

func TestStepDoesNotEndItsTransaction(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"postgres", "sqlite"} {
		for _, direction := range []string{"up", "down"} {
			for name, text := range filesOf(t, engine, direction) {
				require.NotRegexp(t, ends, text, name)
			}
		}
	}
}
