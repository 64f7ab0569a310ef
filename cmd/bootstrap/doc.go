// Package bootstrap reads the settings, builds the parts, starts them and stops them in order. It is the only
// place that knows them all.
package bootstrap
