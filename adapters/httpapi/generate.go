package httpapi

//go:generate cp ../../openapi.yaml gen/openapi.yaml
//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config gen/server.yaml ../../openapi.yaml
//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config gen/client.yaml ../../openapi.yaml
