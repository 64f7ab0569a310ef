package redisstream

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"

	"ticketd/domain"
)

// The fields of a stream entry, beside those that Watermill adds.
const (
	fieldPayload = "payload"
	fieldVersion = "version"
)

// wireVersion is the version of event. A worker refuses any other, whose fields may mean something else.
const wireVersion = 1

// malformedKey marks an entry that is no event, in the message's metadata.
const malformedKey = "ticketd_malformed"

// event is the payload. Our worker uses only the id and takes the text from the row; the text is for other
// readers.
type event struct {
	ID          int64  `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

func newMessage(t domain.Ticket) (*message.Message, error) {
	payload, err := json.Marshal(event{int64(t.ID()), t.Text().Title(), t.Text().Description()})
	if err != nil {
		return nil, fmt.Errorf("encode the event of ticket %d: %w", t.ID(), err)
	}
	return message.NewMessage(watermill.NewUUID(), payload), nil
}

// decodeEvent reads a payload. The error does not repeat it.
func decodeEvent(payload []byte) (domain.TicketID, error) {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil {
		return 0, errors.New("the payload is no JSON object {id, title, description}")
	}
	if e.ID < 1 {
		return 0, errors.New("the payload has no positive id")
	}
	return domain.TicketID(e.ID), nil
}

// ticketOf returns the ticket that a message names, or what is wrong with the message.
func ticketOf(m *message.Message) (id domain.TicketID, complaint string) {
	if complaint := m.Metadata.Get(malformedKey); complaint != "" {
		return 0, complaint
	}
	id, err := decodeEvent(m.Payload)
	if err != nil {
		return 0, err.Error()
	}
	return id, ""
}

// wire is the form of stream entries, for publishers and subscribers alike.
type wire struct {
	redisstream.DefaultMarshallerUnmarshaller
}

// Marshal adds the version to Watermill's own fields.
func (w wire) Marshal(topic string, m *message.Message) (map[string]any, error) {
	fields, err := w.DefaultMarshallerUnmarshaller.Marshal(topic, m)
	if err == nil {
		fields[fieldVersion] = strconv.Itoa(wireVersion)
	}
	return fields, err
}

// Unmarshal never fails and never panics, since an error would end the subscription. An entry that is no
// event becomes a message that says so.
func (w wire) Unmarshal(fields map[string]any) (*message.Message, error) {
	payload, complaint := payloadOf(fields)
	if complaint == "" {
		m := message.NewMessage(textField(fields, redisstream.UUIDHeaderKey), []byte(payload))
		if decoded, ok := w.metadata(fields); ok {
			m.Metadata = decoded
		}
		delete(m.Metadata, malformedKey)
		return m, nil
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		raw = []byte("{}") // a map of strings always encodes
	}
	m := message.NewMessage(watermill.NewUUID(), raw)
	m.Metadata.Set(malformedKey, complaint)
	return m, nil
}

func payloadOf(fields map[string]any) (payload, complaint string) {
	payload, ok := fields[fieldPayload].(string)
	if !ok {
		return "", "the entry has no field payload"
	}
	if v, sent := fields[fieldVersion]; sent && v != strconv.Itoa(wireVersion) {
		return "", "the entry has a version that this program does not know"
	}
	return payload, ""
}

// metadata returns Watermill's metadata if the entry has them in Watermill's form.
func (w wire) metadata(fields map[string]any) (md message.Metadata, ok bool) {
	defer func() {
		if recover() != nil { // the default decoder asserts types unchecked
			md, ok = nil, false
		}
	}()
	text := textField(fields, "metadata")
	if text == "" {
		return nil, false
	}
	entry := map[string]any{redisstream.UUIDHeaderKey: "", "metadata": text}
	m, err := w.DefaultMarshallerUnmarshaller.Unmarshal(entry)
	if err != nil {
		return nil, false
	}
	return m.Metadata, true
}

func textField(fields map[string]any, name string) string {
	s, _ := fields[name].(string)
	return s
}
