// Package sqlstore holds what the SQL adapters share: the mapping between rows and the domain, the shapes of
// filters, and a cache of prepared statements. The statements themselves belong to the adapters.
package sqlstore
