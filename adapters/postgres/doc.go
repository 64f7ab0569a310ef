// Package postgres keeps tickets and users in PostgreSQL. Each operation is one statement, prepared once per connection, so that it
// costs one round trip and needs no transaction around it. All leases and due times are on the database's clock.
package postgres
