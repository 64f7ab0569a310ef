package bootstrap

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"ticketd/adapters/telemetry"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// Labelled opens the store and calls do with what people corrected and confirmed in it.
func Labelled(ctx context.Context, s settings.Store, logs io.Writer, do func(ports.LabelledTickets) error) error {
	st, err := openStore(ctx, s, telemetry.Traces{}, newLogger(logs, slog.LevelWarn))
	if err != nil {
		return err
	}
	return errors.Join(do(st), st.Close())
}
