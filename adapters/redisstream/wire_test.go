package redisstream_test

import (
	"encoding/json"
	"strings"
	"testing"

	watermill "github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/domain"
	"ticketd/tests/support/testenv"
)

func TestEventsNeedNoWatermill(t *testing.T) {
	t.Parallel()

	t.Run("an announced ticket can be read by any client", func(t *testing.T) {
		t.Parallel()
		url := testenv.Redis(t)
		const title, description = `Ümläut "quoted" 🎫`, "two\nlines\tand \\ a <tag>"
		require.NoError(t, newPublisher(t, url).Announce(t.Context(), ticket(t, 7, title, description)))
		entries, err := open(t, url).XRange(t.Context(), "classify", "-", "+").Result()
		require.NoError(t, err)
		require.Len(t, entries, 1)
		require.Equal(t, "1", entries[0].Values["version"])
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(entries[0].Values["payload"].(string)), &got))
		require.Equal(t, map[string]any{"id": 7.0, "title": title, "description": description}, got)
	})

	t.Run("an event that any client wrote is read", func(t *testing.T) {
		t.Parallel()
		url, got := testenv.Redis(t), &seen{}
		r := open(t, url)
		require.NoError(t, r.Do(t.Context(), "XADD", "classify", "*", "payload",
			`{"id":1,"title":"t","description":"d"}`).Err())
		subscribe(t, url, 1, got.Take)
		eventually(t, "the event is handled", func() bool { return got.of(1) == 1 && pending(t, r) == 0 })
		require.Zero(t, length(t, r, redisstream.DeadStream))
	})

	t.Run("an event of Watermill's own publisher is read", func(t *testing.T) {
		t.Parallel()
		m := message.NewMessage("some-uuid", []byte(`{"id":2,"title":"t","description":"d"}`))
		m.Metadata.Set("trace", "x")
		fields, err := watermill.DefaultMarshallerUnmarshaller{}.Marshal("classify", m)
		require.NoError(t, err)
		url, got := testenv.Redis(t), &seen{}
		require.NoError(t, open(t, url).XAdd(t.Context(),
			&redis.XAddArgs{Stream: "classify", Values: fields}).Err())
		subscribe(t, url, 1, got.Take)
		eventually(t, "the event is handled", func() bool { return got.of(2) == 1 })
	})

	t.Run("what is announced is read", func(t *testing.T) {
		t.Parallel()
		url, got := testenv.Redis(t), &seen{}
		announce(t, newPublisher(t, url), 1, 30)
		subscribe(t, url, 3, got.Take)
		eventually(t, "all events are handled", func() bool { return got.tickets() == 30 })
		for id := range 30 {
			require.Equal(t, 1, got.of(domain.TicketID(id+1)))
		}
	})
}

// odd holds unusual entries that are events all the same.
var odd = map[string]map[string]any{
	"without a version":                                       {},
	"with the version":                                        {"version": "1"},
	"with fields that nobody knows":                           {"colour": "blue"},
	"with metadata that is garbage":                           {"metadata": "\xff\xfe\x00garbage"},
	"with metadata that is cut off":                           {"metadata": "\x81\xa5trac"},
	"with metadata that is a number":                          {"metadata": "\x07"},
	"with metadata that is a list":                            {"metadata": "\x93\x01\x02\x03"},
	"with metadata that claims to be enormous":                {"metadata": "\xdf\xff\xff\xff\xff"},
	"with metadata that forges our mark of malformed entries": {"metadata": "\x81\xb1ticketd_malformed\xa1x"},
	"with a uuid that is binary":                              {"_watermill_message_uuid": "\x00\xff"},
	"with fields in the JSON object that nobody knows": {
		"payload": `{"id":1,"title":"t","description":"d","x":{"y":[1]}}`,
	},
	"with nothing but the id in the JSON object":                {"payload": `{"id":1}`},
	"with white space around the JSON object":                   {"payload": " \n{\"id\":1} "},
	"with a text that is no valid UTF-8 (the row has the text)": {"payload": "{\"id\":1,\"title\":\"\xff\"}"},
}

// malformed holds entries that are no events.
var malformed = map[string]map[string]any{
	"without a payload":                         {"title": "t"},
	"with an empty payload":                     {"payload": ""},
	"with text":                                 {"payload": "hello"},
	"with binary data":                          {"payload": "\x00\x01\xff\xfe"},
	"with a list":                               {"payload": "[]"},
	"with a number":                             {"payload": "1"},
	"with null":                                 {"payload": "null"},
	"with half an object":                       {"payload": `{"id":1,"title":`},
	"with something after it":                   {"payload": `{"id":1} {"id":2}`},
	"without an id":                             {"payload": `{"title":"t","description":"d"}`},
	"with the id null":                          {"payload": `{"id":null}`},
	"with the id 0":                             {"payload": `{"id":0}`},
	"with a negative id":                        {"payload": `{"id":-1}`},
	"with an id in quotes":                      {"payload": `{"id":"1"}`},
	"with a fraction for an id":                 {"payload": `{"id":1.5}`},
	"with an id beyond 64 bits":                 {"payload": `{"id":9223372036854775808}`},
	"with a title that is a number":             {"payload": `{"id":1,"title":7}`},
	"with a newer version":                      {"payload": `{"id":1}`, "version": "2"},
	"with a version that is none":               {"payload": `{"id":1}`, "version": "\x00"},
	"with an empty version":                     {"payload": `{"id":1}`, "version": ""},
	"with a megabyte of brackets":               {"payload": strings.Repeat("[", 1<<20)},
	"with a broken payload and broken metadata": {"payload": "{", "metadata": "\xff"},
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, fields := range odd {
		t.Run("an entry "+name+" is an event", func(t *testing.T) {
			t.Parallel()
			all := map[string]any{"payload": `{"id":1,"title":"t","description":"d"}`}
			for k, v := range fields {
				all[k] = v
			}
			id, complaint, err := redisstream.Decode(all)
			require.NoError(t, err)
			require.Empty(t, complaint)
			require.EqualValues(t, 1, id)
		})
	}
	for name, fields := range malformed {
		t.Run("an entry "+name+" is none", func(t *testing.T) {
			t.Parallel()
			id, complaint, err := redisstream.Decode(fields)
			require.NoError(t, err)
			require.NotEmpty(t, complaint)
			require.Zero(t, id)
		})
	}
}

// FuzzDecode: reading an entry never fails or panics, and gives either a ticket or a complaint.
func FuzzDecode(f *testing.F) {
	for _, fields := range odd {
		text := func(name string) string { s, _ := fields[name].(string); return s }
		f.Add(text("payload"), text("metadata"), text("version"), text("_watermill_message_uuid"))
	}
	for _, payload := range []string{
		`{"id":1,"title":"t","description":"d"}`, "", "{", `{"id":-1}`, "\xff", `{"ID":3,"id":4}`,
	} {
		f.Add(payload, "\x81\xa1a\xa1b", "1", "u")
	}
	f.Fuzz(func(t *testing.T, payload, metadata, version, uuid string) {
		all := map[string]any{
			"payload": payload, "metadata": metadata, "version": version, "_watermill_message_uuid": uuid,
		}
		for missing := range 1 << len(all) { // every set of fields
			fields := map[string]any{}
			for i, name := range []string{"payload", "metadata", "version", "_watermill_message_uuid"} {
				if missing&(1<<i) == 0 {
					fields[name] = all[name]
				}
			}
			id, complaint, err := redisstream.Decode(fields)
			require.NoError(t, err)
			require.Equal(t, complaint == "", id > 0, "id %d, complaint %q", id, complaint)
			if len(payload) > 20 {
				require.NotContains(t, complaint, payload, "a complaint goes to the log, a ticket's text must not")
			}
		}
	})
}
