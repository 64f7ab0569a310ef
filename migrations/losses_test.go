package migrations_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/migrations"
)

func TestWhatTakingStepsBackLoses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d database) {
		_, err := d.Losses(t.Context(), 1)
		require.ErrorContains(t, err, "cannot take back 1 migrations")
		require.NoError(t, d.Up(t.Context()))
		for _, one := range d.tables() {
			d.fill(t, one)
		}
		d.fillColumns(t)
		for count, want := range map[int]migrations.Loss{
			1: {Step: "0015_claimers", Table: "claimers", Rows: 1},
			2: {Step: "0014_webhooks", Table: "webhooks", Rows: 2},
			3: {Step: "0013_events", Table: "events", Rows: 2},
			4: {Step: "0012_classifications_by", Table: "classifications", Column: "decided_by", Rows: 1},
			5: {Step: "0011_tickets_changed", Table: "tickets", Column: "updated_at", Rows: 5},
			6: {
				Step: "0010_classifications_confidence_unknown", Table: "classifications",
				Column: "confidence_unknown", Rows: 1,
			},
			8:  {Step: "0008_tickets_audited"},
			10: {Step: "0006_import_keys", Table: "import_keys", Rows: 2},
			14: {Step: "0002_tickets", Table: "tickets", Rows: 9},
		} {
			losses, err := d.Losses(t.Context(), count)
			require.NoError(t, err)
			require.Equal(t, want, losses[len(losses)-1])
		}
		_, err = d.Losses(t.Context(), latest+1)
		require.Error(t, err)
		d.requireAt(t, latest)
	})
}
