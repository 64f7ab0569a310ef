// Package postgres keeps tickets and users in PostgreSQL. Each operation is one statement, prepared once per
// connection: one round trip, no transaction around it. Leases and due times are on the database's clock.
//
// Tickets are written as JSON, one row or many (insert.go, save.go). With Options.Batch, calls made at the
// same moment share a statement and its commit: new tickets, saves, claims, reads of single tickets and of
// creators. The answer follows the commit. A caller that leaves during its call cannot know whether the call
// came through, as after a lost answer; the others do not notice.
package postgres
