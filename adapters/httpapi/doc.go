// Package httpapi serves the REST API that openapi.yaml describes: Echo, strict handlers generated from the
// contract, and problem documents (RFC 9457) for every error.
package httpapi

//go:generate cp ../../openapi.yaml gen/openapi.yaml
//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config gen/server.yaml ../../openapi.yaml
//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config gen/client.yaml ../../openapi.yaml
