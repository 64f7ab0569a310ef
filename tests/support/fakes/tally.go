package fakes

import (
	"fmt"
	"maps"
	"sync"

	"ticketd/domain"
	"ticketd/ports"
)

// Tally is a meter that counts each kind of call under a word.
type Tally struct {
	mu     sync.Mutex
	counts map[string]int
}

var _ ports.Meter = (*Tally)(nil)

func (c *Tally) add(word string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[word] += n
}

func (c *Tally) All() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.counts)
}

func outcome(word string, err error) string {
	if err != nil {
		return word + " " + domain.CodeOf(err)
	}
	return word
}

func (c *Tally) Attempted(a domain.Attempt)     { c.add(outcome("attempted", a.Err), 1) }
func (c *Tally) Retried()                       { c.add("retried", 1) }
func (c *Tally) Ended(last domain.Attempt)      { c.add(outcome("ended", last.Err), 1) }
func (c *Tally) Cascaded(second bool)           { c.add(fmt.Sprint("second stage ", second), 1) }
func (c *Tally) Announced(n int, err error)     { c.add(outcome("announced", err), n) }
func (c *Tally) Swept(found ports.Found, n int) { c.add("swept "+string(found), n) }
func (c *Tally) Corrected(field ports.Field)    { c.add("corrected "+string(field), 1) }
func (c *Tally) Confirmed()                     { c.add("confirmed", 1) }
func (c *Tally) Healed()                        { c.add("healed", 1) }
