package spelling_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/ports/spelling"
)

func TestMeant(t *testing.T) {
	t.Parallel()
	known := []string{"title", "description", "createdBy", "q", "limit", "DB_URL", "OPENAI_API_KEY", "PORT"}
	for typed, want := range map[string]string{
		"created_by":    "createdBy",
		"CREATED-BY":    "createdBy",
		"Title":         "title",
		"titel":         "title",
		"tittle":        "title",
		"descripton":    "description",
		"desciprtion":   "description",
		"DB_ULR":        "DB_URL",
		"OPENAI_APIKEY": "OPENAI_API_KEY",
		"OPENAI_API_KY": "OPENAI_API_KEY",
		"Q":             "q",

		"DB_USER":                   "",
		"HOST":                      "",
		"OPENAI_ORGANIZATION":       "",
		"p":                         "",
		"":                          "",
		"\xff":                      "",
		"größe":                     "",
		strings.Repeat("title", 99): "",
	} {
		require.Equal(t, want, spelling.Meant(typed, known), typed)
	}
	require.Empty(t, spelling.Meant("importx", []string{"importa", "importb"}), "which one, nobody knows")
}
