// Package metrics keeps the figures of a process for Prometheus. Names begin with ticketd_. Units are
// seconds, dollars and ratios. Every label has few values: none comes from a client or from a model.
package metrics
