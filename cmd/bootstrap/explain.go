package bootstrap

import (
	"context"

	"ticketd/app/classification"
	"ticketd/cmd/settings"
)

// Explain opens a database that is there as it is, and returns the use case over it. The command can do
// without.
func (a *App) Explain(ctx context.Context, s settings.Store) (*classification.ExplainDeadLetter, error) {
	st, err := openExisting(ctx, s, a.spans, a.log)
	if err != nil {
		return nil, err
	}
	a.onClose(st.Close)
	return classification.NewExplainDeadLetter(st), nil
}
