package httpapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/httpapi/gen"
)

func TestBodiesAreReadAsTheGeneratedCodeWould(t *testing.T) {
	t.Parallel()
	for name, quote := range map[string]func(string) string{
		"with the escapes that encoding/json writes": func(s string) string {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err)
			}
			return string(quoted)
		},
		"with nothing but escapes": func(s string) string {
			var b strings.Builder
			for _, unit := range utf16.Encode([]rune(s)) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
			return `"` + b.String() + `"`
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				members := []string{
					`"title" : ` + quote(rapid.String().Draw(t, "title")),
					quote("description") + ":" + quote(rapid.String().Draw(t, "description")),
				}
				if rapid.Bool().Draw(t, "named") {
					members = append(members, fmt.Sprintf(`"createdBy":%d`, rapid.Int64().Draw(t, "id")))
				}
				raw := []byte(" {" + strings.Join(rapid.Permutation(members).Draw(t, "order"), "\n,") + "}\r\n")
				var want gen.NewTicket
				require.NoError(t, json.Unmarshal(raw, &want))
				got, ok, err := httpapi.BindNewTicket(raw)
				require.NoError(t, err)
				require.True(t, ok)
				require.Equal(t, want, got)
			})
		})
	}
}

// FuzzBody compares the one pass with two strict ones: it accepts exactly the objects that they accept.
func FuzzBody(f *testing.F) {
	for _, s := range []string{
		`{}`, ` {"title":"a","title":"b"}`, `{"title":"\ud800"}`, "{\"title\":\"\xff\"}", `{"title":"a"}{}`,
		`{"title":[{"a":1,"a":2}]}`, `[]`, `null`, `{"title":"\u00e4\n","description":"x","createdBy":1e3}`,
		`{"title"}`, `{,}`, ``, `{"title":"a"`, `{"createdBy":-0}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		members, ok := httpapi.ReadMembers(raw)
		require.Equal(t, strictly(raw), ok, "%q", raw)
		if !ok {
			return
		}
		var want map[string]any
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.UseNumber()
		require.NoError(t, d.Decode(&want))
		require.Len(t, members, len(want))
		for name, v := range want {
			switch v.(type) {
			case []any:
				require.Equal(t, []any{}, members[name])
			case map[string]any:
				require.Equal(t, map[string]any{}, members[name])
			default:
				require.Equal(t, v, members[name])
			}
		}
	})
}

// strictly reports whether raw is one JSON object without repeated names, bad UTF-8 or anything after it.
func strictly(raw []byte) bool {
	return jsontext.Value(raw).IsValid() && jsontext.Value(raw).Kind() == '{'
}
