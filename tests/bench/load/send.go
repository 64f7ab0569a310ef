package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Send sends n requests of each stream, from one client each. The first wrong answer of a client ends it.
func Send(ctx context.Context, address string, streams []Stream, n int) error {
	failed := make([]error, len(streams))
	var wg sync.WaitGroup
	for i, s := range streams {
		wg.Go(func() { failed[i] = send(ctx, address, s, n) })
	}
	wg.Wait()
	return errors.Join(failed...)
}

func send(ctx context.Context, address string, s Stream, n int) error {
	conn, err := dial(&net.Dialer{}, address, time.Now().Add(2*answerTime))
	if err != nil {
		return fmt.Errorf("reach the server: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	for range n {
		status, body, _, err := conn.exchange(s.Next(nil))
		if err == nil {
			err = s.Check(status, body)
		}
		if err != nil {
			return errors.Join(ctx.Err(), err)
		}
	}
	return nil
}
