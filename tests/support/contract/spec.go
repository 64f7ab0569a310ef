package contract

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

type contract struct {
	doc     *openapi3.T
	router  routers.Router
	problem *openapi3.Schema
}

// load reads openapi.yaml at the root of the repository, once in a test process.
var load = sync.OnceValues(func() (*contract, error) {
	root, err := root()
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(root, "openapi.yaml"))
	if err != nil {
		return nil, err
	}
	doc.Servers = nil // the tests' servers listen anywhere
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	problem := doc.Components.Schemas["Problem"]
	if problem == nil {
		return nil, errors.New("openapi.yaml describes no Problem")
	}
	return &contract{doc, router, problem.Value}, nil
})

// root returns the directory of go.mod above the package whose tests run.
func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) || parent == dir {
			return "", fmt.Errorf("find the root of the repository: %w", err)
		}
		dir = parent
	}
}

// find returns the route of a request, or nil for a path or a method that the contract does not know. HEAD is
// known wherever GET is.
func (c *contract) find(r *http.Request) *routers.Route {
	if r.Method == http.MethodHead {
		r = r.Clone(r.Context())
		r.Method = http.MethodGet
	}
	route, _, err := c.router.FindRoute(r)
	if err != nil {
		return nil
	}
	return route
}

// methods returns the methods that the contract knows for a path, whatever the method of r.
func (c *contract) methods(r *http.Request) map[string]bool {
	known := map[string]bool{}
	for _, m := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions,
	} {
		probe := r.Clone(r.Context())
		probe.Method = m
		if c.find(probe) != nil {
			known[m] = true
		}
	}
	return known
}
