// Package postgres keeps tickets and users in PostgreSQL. Each operation is one statement, prepared once per connection, so that it
// costs one round trip and needs no transaction around it. All leases and due times are on the database's clock.
//
// Calls that are made at the same moment share a statement and its commit (Options.Batch): new tickets, saves, claims, releases, single
// tickets and creators. An answer is given after the commit. A caller who leaves while his call is under way cannot know whether it came
// through, as with an answer that got lost; his neighbours do not notice.
package postgres
