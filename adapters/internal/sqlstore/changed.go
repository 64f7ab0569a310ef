package sqlstore

import "database/sql"

// Changed returns how many rows a statement changed or found.
func Changed(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
