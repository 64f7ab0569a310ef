package httpapi

import (
	_ "embed" // for openapi.yaml
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"ticketd/domain"
	"ticketd/ports/search"
)

// specYAML is the contract, byte for byte the openapi.yaml at the root of the repository.
//
//go:embed gen/openapi.yaml
var specYAML []byte

// operation is the contract of one route's input.
type operation struct {
	path    []*openapi3.Parameter
	headers []*openapi3.Parameter
	query   map[string]*openapi3.Parameter
	body    *openapi3.Schema // nil if the route takes none
	// rules are the domain's rules for texts, by field or parameter. They are here too so that one answer names
	// all broken fields, those of a wrong type and those that only the domain can judge. They replace the
	// contract's lengths, which kin-openapi counts in UTF-16 units.
	rules map[string]func(string) string
}

func rulesOf(operationID string, r domain.ReceiverRules) map[string]func(string) string {
	switch operationID {
	case "createTicket":
		return newTicketRules
	case "editTicket", "deleteTicket":
		return map[string]func(string) string{"If-Match": checkIfMatch}
	case "createUser":
		return newUserRules
	case "listTickets":
		return map[string]func(string) string{"cursor": cursorRule(listOfTickets), "q": search.Check}
	case "getStats":
		return map[string]func(string) string{"from": checkTime, "to": checkTime}
	case "listUsers":
		return map[string]func(string) string{"cursor": cursorRule(listOfUsers)}
	case "listClassifications":
		return map[string]func(string) string{"cursor": cursorOfAny(recordPrefix)}
	case "listEvents", "listTicketEvents":
		return eventRules
	case "createWebhook", "editWebhook":
		return webhookRules(r)
	case "listWebhooks":
		return map[string]func(string) string{"cursor": cursorRule(listOfWebhooks)}
	case "listDeliveries":
		return map[string]func(string) string{"cursor": cursorOfAny(deliveriesPrefix)}
	case "replayDeliveries":
		return map[string]func(string) string{"after": checkEventCursor}
	}
	return nil
}

// loadSpec reads the contract once, for all handlers of the process. Nobody may change it.
var loadSpec = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(specYAML)
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	return doc, nil
})

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// operations returns the contract as a table by method and Echo's form of the path: "GET /tickets/:id".
func operations(doc *openapi3.T, r domain.ReceiverRules) map[string]*operation {
	table := map[string]*operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Responses.Status(http.StatusBadRequest) == nil {
				continue // the documentation has no input, and parameters do no harm there
			}
			o := &operation{query: map[string]*openapi3.Parameter{}, rules: rulesOf(op.OperationID, r)}
			for _, p := range op.Parameters {
				switch p.Value.In {
				case openapi3.ParameterInPath:
					o.path = append(o.path, p.Value)
				case openapi3.ParameterInHeader:
					o.headers = append(o.headers, p.Value)
				case openapi3.ParameterInQuery:
					o.query[p.Value.Name] = p.Value
				}
			}
			if op.RequestBody != nil {
				o.body = op.RequestBody.Value.Content.Get(mimeJSON).Schema.Value
			}
			route := pathParameter.ReplaceAllString(path, ":$1")
			table[method+" "+route] = o
			if method == http.MethodGet {
				table[http.MethodHead+" "+route] = o
			}
		}
	}
	return table
}

const maxIdempotencyKey = 255

func checkIdempotencyKey(s string) string {
	if s == "" || len(s) > maxIdempotencyKey ||
		strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "must have 1 to 255 printable ASCII characters"
	}
	return ""
}
