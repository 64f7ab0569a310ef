// Package httpapi serves the REST API that openapi.yaml describes: Echo, strict handlers generated from the
// contract, and problem documents (RFC 9457) for every error.
package httpapi
