// Package redisstream carries classify events from the API to the workers over a Redis stream, by Watermill, and keeps the dead
// letters. The row in the database is the truth and an event only a hint: any may be lost or come twice.
//
// An entry of the stream can be written and read without Watermill: its field "payload" is the JSON object {id, title, description},
// its field "version" the wire format's version. Every other field may be missing.
package redisstream
