// Package settings reads flags, environment and .env file into typed settings. It parses and opens nothing.
package settings
