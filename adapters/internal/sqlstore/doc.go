// Package sqlstore is what the SQL adapters share: the mapping between rows and the domain, the shapes of filters and the keeping
// of prepared statements. Statements themselves belong to the adapters.
package sqlstore
