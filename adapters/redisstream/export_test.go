package redisstream

import (
	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"

	"ticketd/domain"
)

// Decode reads the fields of an entry as a subscriber does: the ticket, or what is wrong with the entry.
func Decode(fields map[string]any) (id domain.TicketID, complaint string, err error) {
	m, err := wire{}.Unmarshal(fields)
	if err != nil {
		return 0, "", err
	}
	id, complaint = ticketOf(m)
	return id, complaint, nil
}

// ReadBy replaces the reader of entries, so that a test can end a subscription as Watermill does when its
// reader fails.
func (s *Subscriber) ReadBy(u redisstream.Unmarshaller) { s.format = u }
