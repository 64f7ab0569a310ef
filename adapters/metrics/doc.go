// Package metrics keeps the figures of a process for Prometheus. Names begin with ticketd_, units are seconds, dollars and ratios, and
// every label has few values: none comes from a client or from a model.
package metrics
