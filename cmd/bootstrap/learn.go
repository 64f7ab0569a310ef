package bootstrap

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"ticketd/ports"
)

// Labelled opens the store and calls do with what people corrected and confirmed in it.
func (raw RawStore) Labelled(ctx context.Context, logs io.Writer, do func(ports.LabelledTickets) error) error {
	s, err := raw.Parse()
	if err != nil {
		return err
	}
	st, err := openStore(ctx, s, traces{}, newLogger(logs, slog.LevelWarn))
	if err != nil {
		return err
	}
	return errors.Join(do(st), st.Close())
}
