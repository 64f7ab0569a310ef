// Package redisstream carries classify events from the API to the workers over a Redis stream, with
// Watermill, and keeps the dead letters. The row in the database is the truth and an event only a hint: any
// may be lost or come twice.
//
// Other programs can write and read entries without Watermill. The field "payload" is the JSON object
// {id, title, description}, the field "version" the version of the wire format. Every other field may be
// missing.
package redisstream
