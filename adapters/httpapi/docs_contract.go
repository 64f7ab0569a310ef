package httpapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// contractJSON returns the contract as JSON in its own order, which is for people: what is used most stands
// first, and a ticket begins with its id.
func contractJSON() ([]byte, error) {
	doc, err := contractTree()
	if err != nil {
		return nil, err
	}
	return appendJSON(nil, doc)
}

// pageContract returns the contract as the page shows it, for a person who tries things out here. Nothing is
// filled in beforehand, since the id or tag of an example would make the first try fail. Padlocks are where a
// key is needed. The address of the API is seen from /docs/.
func pageContract(keyed, metricsPublic bool) ([]byte, error) {
	doc, err := contractTree()
	if err != nil {
		return nil, err
	}
	child(child(doc, "servers").Content[0], "url").Value = ".."
	security := child(doc, "security")
	if keyed {
		security.Content = security.Content[1:] // the first one is none
	} else {
		drop(doc, "security")
		drop(child(doc, "components"), "securitySchemes")
	}
	for _, parameter := range children(child(child(doc, "components"), "parameters")) {
		leaveEmpty(parameter)
	}
	for _, path := range children(child(doc, "paths")) {
		for _, operation := range children(path) {
			if !keyed {
				drop(operation, "security")
			}
			if parameters := child(operation, "parameters"); parameters != nil {
				for _, parameter := range parameters.Content {
					leaveEmpty(parameter)
				}
			}
		}
	}
	if metrics := child(child(child(doc, "paths"), "/metrics"), "get"); keyed && metricsPublic {
		metrics.Content = append(metrics.Content, text("security"), &yaml.Node{Kind: yaml.SequenceNode})
	}
	return appendJSON(nil, doc)
}

// leaveEmpty takes from a parameter whatever Swagger UI would fill in, and says the default in words.
func leaveEmpty(parameter *yaml.Node) {
	drop(parameter, "example")
	drop(parameter, "examples")
	schema := child(parameter, "schema")
	if schema == nil { // a reference
		return
	}
	if usual := child(schema, "default"); usual != nil {
		said := child(parameter, "description")
		said.Value = strings.TrimSpace(said.Value) + " Default: " + usual.Value + "."
		drop(schema, "default")
	}
}

func contractTree() (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(specYAML, &doc); err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	return doc.Content[0], nil
}

func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// child returns a member's value, or nil.
func child(object *yaml.Node, name string) *yaml.Node {
	for i := 0; i < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			return object.Content[i+1]
		}
	}
	return nil
}

func children(object *yaml.Node) []*yaml.Node {
	var list []*yaml.Node
	for i := 1; i < len(object.Content); i += 2 {
		list = append(list, object.Content[i])
	}
	return list
}

func drop(object *yaml.Node, name string) {
	for i := 0; i < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			object.Content = slices.Delete(object.Content, i, i+2)
			return
		}
	}
}

// appendJSON takes a tree without aliases, whose keys are texts.
func appendJSON(b []byte, n *yaml.Node) ([]byte, error) {
	var err error
	switch n.Kind {
	case yaml.MappingNode:
		b = append(b, '{')
		for i := 0; i < len(n.Content) && err == nil; i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = jsontext.AppendQuote(b, n.Content[i].Value); err == nil {
				b, err = appendJSON(append(b, ':'), n.Content[i+1])
			}
		}
		return append(b, '}'), err
	case yaml.SequenceNode:
		b = append(b, '[')
		for i := 0; i < len(n.Content) && err == nil; i++ {
			if i > 0 {
				b = append(b, ',')
			}
			b, err = appendJSON(b, n.Content[i])
		}
		return append(b, ']'), err
	case yaml.ScalarNode:
		var v any
		if err = n.Decode(&v); err != nil {
			return nil, err
		}
		encoded, err := json.Marshal(v)
		return append(b, encoded...), err
	}
	return nil, fmt.Errorf("openapi.yaml, line %d: no JSON is like this", n.Line)
}
