package contract_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// operation is what the contract says about one operation's input.
type operation struct {
	id, method, path string
	parameters       []*openapi3.Parameter
	body             *openapi3.Schema // nil if it takes none
	statuses         []int
}

// operations are those of openapi.yaml in a fixed order.
func operations(t *testing.T) []operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../../openapi.yaml")
	require.NoError(t, err)
	var all []operation
	for _, path := range doc.Paths.InMatchingOrder() {
		for method, op := range doc.Paths.Value(path).Operations() {
			o := operation{id: op.OperationID, method: method, path: path}
			for _, p := range op.Parameters {
				o.parameters = append(o.parameters, p.Value)
			}
			if op.RequestBody != nil {
				o.body = op.RequestBody.Value.Content.Get("application/json").Schema.Value
			}
			for _, status := range []int{http.StatusBadRequest, http.StatusUnprocessableEntity} {
				if op.Responses.Status(status) != nil {
					o.statuses = append(o.statuses, status)
				}
			}
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b operation) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
	return all
}

// strict reports whether the operation refuses input that is wrong.
func (o operation) strict() bool { return slices.Contains(o.statuses, http.StatusBadRequest) }

// in are the parameters of one place.
func (o operation) in(place string) []*openapi3.Parameter {
	var list []*openapi3.Parameter
	for _, p := range o.parameters {
		if p.In == place {
			list = append(list, p)
		}
	}
	return list
}
