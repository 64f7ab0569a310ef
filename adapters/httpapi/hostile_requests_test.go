package httpapi_test

import (
	"net/http"
	"strings"
)

// query is a GET of a list that must be refused for these parameters.
func query(path string, fields ...string) hostile {
	return hostile{method: "GET", path: path, fields: fields}
}

var brokenQueries = map[string]hostile{
	"limit=0":                               query("/tickets?limit=0", "limit"),
	"limit=101":                             query("/tickets?limit=101", "limit"),
	"limit=-1":                              query("/tickets?limit=-1", "limit"),
	"limit=":                                query("/tickets?limit=", "limit"),
	"limit":                                 query("/tickets?limit", "limit"),
	"limit=1.0":                             query("/tickets?limit=1.0", "limit"),
	"limit=1e1":                             query("/tickets?limit=1e1", "limit"),
	"limit=01":                              query("/tickets?limit=01", "limit"),
	"limit=+1, which is a blank and 1":      query("/tickets?limit=+1", "limit"),
	"limit=%2B1":                            query("/tickets?limit=%2B1", "limit"),
	"limit=0x10":                            query("/tickets?limit=0x10", "limit"),
	"limit=ten":                             query("/tickets?limit=ten", "limit"),
	"limit in digits of another script":     query("/tickets?limit=%D9%A1", "limit"),
	"a limit past 64 bits":                  query("/tickets?limit=99999999999999999999", "limit"),
	"a limit with NUL":                      query("/tickets?limit=5%00", "limit"),
	"a limit that is not UTF-8":             query("/tickets?limit=%ff", "limit"),
	"limit twice":                           query("/tickets?limit=5&limit=6", "limit"),
	"limit twice alike":                     query("/tickets?limit=5&limit=5", "limit"),
	"limit as an array":                     query("/tickets?limit[]=5", "limit[]"),
	"LIMIT":                                 query("/tickets?LIMIT=5", "LIMIT"),
	"an unknown parameter":                  query("/tickets?page=2", "page"),
	"an unknown parameter without a value":  query("/tickets?debug", "debug"),
	"an unknown parameter with a tag in it": query("/tickets?%3Cscript%3E=1", "<script>"),
	"an unknown parameter that is no UTF-8": query("/tickets?%ff=1", "?"),
	"a parameter of another list":           query("/users?category=billing", "category"),
	"a parameter of a list on one ticket":   query("/tickets/1?limit=5", "limit"),
	"a parameter on one user":               query("/users/1?x=1", "x"),
	"a parameter when deleting": {
		method: "DELETE", path: "/users/1?force=true", fields: []string{"force"},
	},
	"a parameter of a probe":            query("/healthz?x=1", "x"),
	"a parameter of the other probe":    query("/readyz?x=1", "x"),
	"offset=-1":                         query("/tickets?offset=-1", "offset"),
	"an offset one too large":           query("/tickets?offset=2147483648", "offset"),
	"an offset past 64 bits":            query("/users?offset=9223372036854775808", "offset"),
	"offset=":                           query("/users?offset=", "offset"),
	"offset=1.5":                        query("/users?offset=1.5", "offset"),
	"category=":                         query("/tickets?category=", "category"),
	"a category off the list":           query("/tickets?category=money", "category"),
	"a category in capitals":            query("/tickets?category=Billing", "category"),
	"a category with a blank":           query("/tickets?category=billing%20", "category"),
	"two categories in one":             query("/tickets?category=billing,technical", "category"),
	"two categories":                    query("/tickets?category=billing&category=technical", "category"),
	"category=null":                     query("/tickets?category=null", "category"),
	"a category with a quote":           query("/tickets?category=billing%27%20OR%201=1--", "category"),
	"a category that is not UTF-8":      query("/tickets?category=%c3%28", "category"),
	"a priority off the list":           query("/tickets?priority=urgent", "priority"),
	"a status off the list":             query("/tickets?status=pending", "status"),
	"an ai_status off the list":         query("/tickets?ai_status=open", "ai_status"),
	"created_by=0":                      query("/tickets?created_by=0", "created_by"),
	"created_by=-1":                     query("/tickets?created_by=-1", "created_by"),
	"created_by=1.5":                    query("/tickets?created_by=1.5", "created_by"),
	"created_by=1e400":                  query("/tickets?created_by=1e400", "created_by"),
	"created_by=null":                   query("/tickets?created_by=null", "created_by"),
	"created_by past 64 bits":           query("/tickets?created_by=9223372036854775808", "created_by"),
	"createdBy, which is the body's":    query("/tickets?createdBy=1", "createdBy"),
	"include_total=1":                   query("/tickets?include_total=1", "include_total"),
	"include_total=TRUE":                query("/tickets?include_total=TRUE", "include_total"),
	"include_total=":                    query("/tickets?include_total=", "include_total"),
	"include_total for users":           query("/users?include_total=true", "include_total"),
	"a bad %-escape":                    query("/tickets?limit=%zz", "query"),
	"a cut %-escape":                    query("/tickets?category=billing%2", "query"),
	"a bad %-escape beside a bad value": query("/tickets?status=%zz&limit=0", "limit", "query"),
	"a semicolon":                       query("/tickets?limit=5;offset=1", "query"),
	"a cursor that is empty":            query("/tickets?cursor=", "cursor"),
	"a cursor that is made up":          query("/tickets?cursor=abc", "cursor"),
	"a cursor of 5,000 letters":         query("/tickets?cursor="+strings.Repeat("A", 5000), "cursor"),
	"a cursor and an offset":            query("/tickets?cursor=abc&offset=1", "cursor"),
	"every parameter wrong at once": query(
		"/tickets?category=x&priority=x&status=x&ai_status=x&created_by=x&limit=x&offset=x&cursor=x"+
			"&include_total=x&x=x",
		"category", "priority", "status", "ai_status", "created_by", "limit", "offset", "cursor", "include_total",
		"x"),
}

// id is a GET of a ticket by an id that must be refused.
func id(text string) hostile {
	return hostile{method: "GET", path: "/tickets/" + text, fields: []string{"id"}}
}

func gone(method, path, code string) hostile {
	return hostile{method: method, path: path, status: http.StatusNotFound, code: code}
}

var brokenIDs = map[string]hostile{
	"id 0":                              id("0"),
	"id -0":                             id("-0"),
	"id -1":                             id("-1"),
	"id 01":                             id("01"),
	"id +1":                             id("+1"),
	"id 1.0":                            id("1.0"),
	"id 1.5":                            id("1.5"),
	"id 1e0":                            id("1e0"),
	"id 1e400":                          id("1e400"),
	"id 0x1":                            id("0x1"),
	"id 1_000":                          id("1_000"),
	"id abc":                            id("abc"),
	"id null":                           id("null"),
	"an id that is a UUID":              id("0b5e9f3e-6c2f-4d8b-9b1d-2f3a4b5c6d7e"),
	"an id with a blank":                id("1%20"),
	"an id with NUL":                    id("1%00"),
	"an id with a slash in it":          id("1%2F2"),
	"an id with a quote":                id("1'--"),
	"an id that is not UTF-8":           id("%ff"),
	"an id in digits of another script": id("%EF%BC%91"),
	"an id in braces":                   id("%7Bid%7D"),
	"an id one past 64 bits":            id("9223372036854775808"),
	"an id of 400 digits":               id(strings.Repeat("9", 400)),
	"an id of a user that is no number": {method: "GET", path: "/users/me", fields: []string{"id"}},
	"an id to delete that is no number": {method: "DELETE", path: "/users/1.0", fields: []string{"id"}},
	"an id to delete past 64 bits": {
		method: "DELETE", path: "/users/9223372036854775808", fields: []string{"id"},
	},
	"an id to classify that is no number": {
		method: "POST", path: "/tickets/1.0/classify", fields: []string{"id"},
	},
	"an id to classify past 64 bits": {
		method: "POST", path: "/tickets/9223372036854775808/classify", fields: []string{"id"},
	},
	"a parameter when classifying": {
		method: "POST", path: "/tickets/1/classify?force=true", fields: []string{"force"},
	},
	"a ticket to classify past the last row": gone("POST", "/tickets/9223372036854775807/classify",
		"ticket_not_found"),
	"a bad id and a bad parameter":         {method: "GET", path: "/users/0?x=1", fields: []string{"id", "x"}},
	"a ticket past the last row":           gone("GET", "/tickets/1", "ticket_not_found"),
	"the last ticket of 64 bits":           gone("GET", "/tickets/9223372036854775807", "ticket_not_found"),
	"a ticket to delete past the last row": gone("DELETE", "/tickets/9223372036854775807", "ticket_not_found"),
	"a ticket to delete past 64 bits": {
		method: "DELETE", path: "/tickets/9223372036854775808", fields: []string{"id"},
	},
	"a parameter when deleting a ticket": {
		method: "DELETE", path: "/tickets/1?force=true", fields: []string{"force"},
	},
	"a bad tag when deleting a ticket": {
		method: "DELETE", path: "/tickets/1", header: http.Header{"If-Match": {"1"}}, fields: []string{"If-Match"},
	},
	"a user past the last row":            gone("GET", "/users/1", "user_not_found"),
	"the last user of 64 bits":            gone("GET", "/users/9223372036854775807", "user_not_found"),
	"a user to delete past the last row":  gone("DELETE", "/users/1", "user_not_found"),
	"the last user of 64 bits, to delete": gone("DELETE", "/users/9223372036854775807", "user_not_found"),
}

// media is a valid ticket with a content type, or another header, that must be refused.
func media(contentType ...string) hostile {
	return headed(http.Header{"Content-Type": contentType})
}

func headed(h http.Header) hostile {
	return hostile{
		method: "POST", path: "/tickets", body: titled(`"t"`), header: h,
		status: http.StatusUnsupportedMediaType, code: "unsupported_media_type",
	}
}

var tooLarge = hostile{
	method: "POST", path: "/tickets", status: http.StatusRequestEntityTooLarge, code: "body_too_large",
}

func (h hostile) bytes(n int) hostile {
	h.body = titled(`"t"`) + strings.Repeat(" ", n-len(titled(`"t"`)))
	return h
}

var brokenMedia = map[string]hostile{
	"no content type":                      media(),
	"an empty content type":                media(""),
	"plain text":                           media("text/plain"),
	"a form":                               media("application/x-www-form-urlencoded"),
	"a form with files":                    media("multipart/form-data; boundary=x"),
	"JSON by another name":                 media("text/json"),
	"JSON of a kind":                       media("application/problem+json"),
	"JSON as a patch":                      media("application/merge-patch+json"),
	"a content type that only begins so":   media("application/jsonp"),
	"a content type that is none":          media("json"),
	"two content types":                    media("text/plain, application/json"),
	"a body in Brotli":                     headed(http.Header{"Content-Encoding": {"br"}}),
	"a body in Zstandard":                  headed(http.Header{"Content-Encoding": {"zstd"}}),
	"a body in deflate":                    headed(http.Header{"Content-Encoding": {"deflate"}}),
	"a body in a coding that nobody knows": headed(http.Header{"Content-Encoding": {"utf-8"}}),
	"a body that is compressed twice":      headed(http.Header{"Content-Encoding": {"gzip, gzip"}}),
	"a body in two codings":                headed(http.Header{"Content-Encoding": {"identity, br"}}),
	"a body in codings of two lines":       headed(http.Header{"Content-Encoding": {"gzip", "br"}}),
	"a plain body that says it is gzip":    packed(titled(`"t"`)),
	"no body and no content type": {
		method: "POST", path: "/tickets", status: http.StatusUnsupportedMediaType, code: "unsupported_media_type",
	},
	"no body": {
		method: "POST", path: "/tickets", header: http.Header{"Content-Type": {"application/json"}},
		fields: []string{"body"},
	},
	"a body of one byte more than 256 KiB": tooLarge.bytes(256<<10 + 1),
	"a user as plain text": {method: "POST", path: "/users", body: `{"name":"n","email":"n@example.com"}`,
		header: http.Header{"Content-Type": {"text/plain"}},
		status: http.StatusUnsupportedMediaType, code: "unsupported_media_type"},
	"a user of 3 MiB": {
		method: "POST", path: "/users", body: strings.Repeat(" ", 3<<20), status: http.StatusRequestEntityTooLarge,
		code: "body_too_large",
	},
	"a body of 3 MiB": tooLarge.bytes(3 << 20),
}

func method(name, path string) hostile {
	return hostile{method: name, path: path, status: http.StatusMethodNotAllowed, code: "method_not_allowed"}
}

func route(method, path string) hostile {
	return hostile{method: method, path: path, status: http.StatusNotFound, code: "route_not_found"}
}

var brokenRoutes = map[string]hostile{
	"PUT of the tickets":              method("PUT", "/tickets"),
	"DELETE of the tickets":           method("DELETE", "/tickets"),
	"POST to a ticket":                method("POST", "/tickets/1"),
	"PUT of a ticket":                 method("PUT", "/tickets/1"),
	"PATCH of a user":                 method("PATCH", "/users/1"),
	"PATCH of the users":              method("PATCH", "/users"),
	"POST to a probe":                 method("POST", "/healthz"),
	"DELETE of the other probe":       method("DELETE", "/readyz"),
	"POST to the root":                method("POST", "/"),
	"POST to the docs":                method("POST", "/docs"),
	"PUT of the description":          method("PUT", "/openapi.yaml"),
	"POST to the description":         method("POST", "/docs.json"),
	"a method that nobody knows":      method("BREW", "/tickets"),
	"a method in small letters":       method("get", "/tickets"),
	"HEAD of a new classification":    method("HEAD", "/tickets/1/classify"),
	"OPTIONS of a route that is not":  route("OPTIONS", "/nowhere"),
	"HEAD of a route that is not":     route("HEAD", "/nowhere"),
	"GET of a new classification":     method("GET", "/tickets/1/classify"),
	"POST to the metrics":             method("POST", "/metrics"),
	"TRACE":                           method("TRACE", "/tickets"),
	"a route that nobody knows":       route("GET", "/nowhere"),
	"a route that nobody knows, POST": route("POST", "/nowhere"),
	"a route below a ticket":          route("GET", "/tickets/1/history"),
	"a route in capitals":             route("GET", "/TICKETS"),
	"a slash at the end":              route("GET", "/tickets/"),
	"a slash at the end of a ticket":  route("GET", "/tickets/1/"),
	"two slashes":                     route("GET", "//tickets"),
	"a way up":                        route("GET", "/tickets/../users"),
	"a way up in escapes":             route("GET", "/docs/..%2f..%2fgo.mod"),
	"a very long route":               route("GET", "/"+strings.Repeat("a/", 10_000)),
	"a file of the docs that is not":  route("GET", "/docs/nothing.js"),
}

// unusual holds requests that look odd but are valid, with the status that they get.
var unusual = map[string]hostile{
	"a charset parameter": {
		method: "POST", path: "/tickets", body: titled(`"t"`),
		header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, status: 201,
	},
	"a content type in capitals": {
		method: "POST", path: "/tickets", body: titled(`"t"`),
		header: http.Header{"Content-Type": {"Application/JSON"}}, status: 201,
	},
	"an encoding that changes nothing": {
		method: "POST", path: "/tickets", body: titled(`"t"`),
		header: http.Header{"Content-Encoding": {"identity"}}, status: 201,
	},
	"fields in another order": {
		method: "POST", path: "/tickets", body: `{"description":"d","title":"t"}`, status: 201,
	},
	"names in escapes": {
		method: "POST", path: "/tickets", body: `{"\u0074itle":"t","description":"d"}`, status: 201,
	},
	"blanks around the document": {
		method: "POST", path: "/tickets", body: "\r\n\t " + titled(`"t"`) + "\n\n", status: 201,
	},
	"a body of 256 KiB": {method: "POST", path: "/tickets", body: tooLarge.bytes(256 << 10).body, status: 201},
	"the longest text in escapes": {
		method: "POST", path: "/tickets", body: described(`"` + strings.Repeat(`\ud83c\udfab`, 20_000) + `"`),
		status: 201,
	},
	"a pair of surrogates": {method: "POST", path: "/tickets", body: titled(`"\ud83c\udfab"`), status: 201},
	"an address of 254 octets": {
		method: "POST", path: "/users",
		body:   `{"name":"n","email":"` + strings.Repeat("a", 60) + "@" + strings.Repeat("b", 189) + `.com"}`,
		status: 201,
	},
	"an address of another script": {
		method: "POST", path: "/users", body: `{"name":"n","email":"użytkownik@przykład.pl"}`, status: 201,
	},
	"a name of 100 code points": {
		method: "POST", path: "/users",
		body: `{"name":"` + strings.Repeat("🎫", 100) + `","email":"long@example.com"}`, status: 201,
	},
	"limit=100 and the last offset": {method: "GET", path: "/tickets?limit=100&offset=2147483647", status: 200},
	"the last creator of 64 bits": {
		method: "GET", path: "/tickets?created_by=9223372036854775807", status: 200,
	},
	"a parameter in escapes":            {method: "GET", path: "/tickets?%6Cimit=%35", status: 200},
	"a query that is empty":             {method: "GET", path: "/tickets?", status: 200},
	"a body that a GET does not need":   {method: "GET", path: "/tickets", body: `{"x":1}`, status: 200},
	"HEAD":                              {method: "HEAD", path: "/tickets", status: 200},
	"OPTIONS":                           {method: "OPTIONS", path: "/tickets", status: 204},
	"a parameter of the docs":           {method: "GET", path: "/docs?x=1", status: 200},
	"a parameter of a file of the docs": {method: "GET", path: "/docs/swagger-ui.css?v=5", status: 200},
	"a parameter of the description":    {method: "GET", path: "/openapi.yaml?x=1", status: 200},
}
