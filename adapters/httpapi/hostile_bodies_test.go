package httpapi_test

import "strings"

// ticket is a POST of a body that must be refused for these fields.
func ticket(body string, fields ...string) hostile {
	return hostile{method: "POST", path: "/tickets", body: body, fields: fields}
}

// titled and described have a title or a description as JSON.
func titled(title string) string { return `{"title":` + title + `,"description":"d"}` }

func described(text string) string { return `{"title":"t","description":` + text + `}` }

// by is a ticket created by somebody.
func by(who string) string { return `{"title":"t","description":"d","createdBy":` + who + `}` }

var brokenJSON = map[string]hostile{
	"a body of blanks":                            ticket(" \n\t ", "body"),
	"a body of null":                              ticket("null", "body"),
	"a body of an array":                          ticket("[]", "body"),
	"a body of an array with a ticket":            ticket("["+titled(`"t"`)+"]", "body"),
	"a body of a string":                          ticket(`"title"`, "body"),
	"a body of a number":                          ticket("1", "body"),
	"a body of true":                              ticket("true", "body"),
	"a body that is no JSON":                      ticket("title=t&description=d", "body"),
	"a body that ends in the middle of an object": ticket(`{"title":"t","description":"d"`, "body"),
	"a body that ends in the middle of a string":  ticket(`{"title":"t","description":"d`, "body"),
	"two documents":                               ticket(titled(`"t"`)+titled(`"t"`), "body"),
	"two documents on two lines":                  ticket(titled(`"t"`)+"\n"+titled(`"t"`), "body"),
	"a bracket too many":                          ticket(titled(`"t"`)+"}", "body"),
	"garbage after the document":                  ticket(titled(`"t"`)+" x", "body"),
	"NUL after the document":                      ticket(titled(`"t"`)+"\x00", "body"),
	"a comma too many":                            ticket(`{"title":"t","description":"d",}`, "body"),
	"a comment":                                   ticket(`{"title":"t",/* so */"description":"d"}`, "body"),
	"single quotes":                               ticket(`{'title':'t','description':'d'}`, "body"),
	"names without quotes":                        ticket(`{title:"t",description:"d"}`, "body"),
	"a byte order mark":                           ticket("\ufeff"+titled(`"t"`), "body"),
	"UTF-16":                                      ticket("\xff\xfe{\x00}\x00", "body"),
	"a name twice": ticket(`{"title":"t","title":"u","description":"d"}`,
		"title"),
	"a name twice, once in escapes": ticket(`{"title":"t","\u0074itle":"u","description":"d"}`,
		"title"),
	"a name twice with the same value": ticket(`{"title":"t","description":"d","description":"d"}`,
		"description"),
	"a name that is not UTF-8":    ticket("{\"ti\xfftle\":\"t\"}", "body"),
	"NaN for a number":            ticket(by("NaN"), "createdBy"),
	"a hexadecimal number":        ticket(by("0x1"), "body"),
	"a number that begins with 0": ticket(by("01"), "body"),
	"a number that begins with +": ticket(by("+1"), "createdBy"),
	"a deep nest":                 ticket(titled(strings.Repeat("[", 500)+strings.Repeat("]", 500)), "title"),
	"a nest too deep to read": ticket(titled(strings.Repeat("[", 60_000)+strings.Repeat("]", 60_000)),
		"title"),
	"a nest of objects too deep to read": ticket(strings.Repeat(`{"a":`, 40_000), "a"),
}

var brokenTickets = map[string]hostile{
	"an empty object":                     ticket(`{}`, "title", "description"),
	"no title":                            ticket(`{"description":"d"}`, "title"),
	"no description":                      ticket(`{"title":"t"}`, "description"),
	"an empty title":                      ticket(titled(`""`), "title"),
	"an empty description":                ticket(described(`""`), "description"),
	"a title of blanks":                   ticket(titled(`" \t\n "`), "title"),
	"a title of blanks of other scripts":  ticket(titled(`"\u00a0\u2003\u3000"`), "title"),
	"a description of blanks":             ticket(described(`"\r\n\t "`), "description"),
	"a title of fillers":                  ticket(titled(`"\u3164\u2800\uffa0"`), "title"),
	"a title of format characters":        ticket(titled(`"\u200b\u200d\ufeff\u00ad"`), "title"),
	"a title of control characters":       ticket(titled(`"\u0007\u001b\u0085"`), "title"),
	"a description of what nobody sees":   ticket(described(`"\ufe0f\udb40\udc41\u2028"`), "description"),
	"NUL in a title":                      ticket(titled(`"a\u0000b"`), "title"),
	"NUL in a description":                ticket(described(`"a\u0000"`), "description"),
	"NUL as it is":                        ticket(titled("\"a\x00b\""), "title"),
	"a line break as it is":               ticket(titled("\"a\nb\""), "title"),
	"invalid UTF-8 in a title":            ticket(titled("\"a\xffb\""), "title"),
	"invalid UTF-8 in a description":      ticket(described("\"\xc3\""), "description"),
	"an overlong form of UTF-8":           ticket(titled("\"\xc0\x80\""), "title"),
	"a surrogate in UTF-8":                ticket(titled("\"\xed\xa0\x80\""), "title"),
	"half a surrogate pair":               ticket(titled(`"a\ud800"`), "title"),
	"the other half of a surrogate pair":  ticket(described(`"\udc00b"`), "description"),
	"the halves of a pair in wrong order": ticket(titled(`"\udc00\ud800"`), "title"),
	"an unknown escape":                   ticket(titled(`"\x41"`), "title"),
	"201 code points":                     ticket(titled(`"`+strings.Repeat("a", 201)+`"`), "title"),
	"201 code points of four bytes":       ticket(titled(`"`+strings.Repeat("🎫", 201)+`"`), "title"),
	"201 code points in escapes":          ticket(titled(`"`+strings.Repeat(`\ud83c\udfab`, 201)+`"`), "title"),
	"20,001 code points":                  ticket(described(`"`+strings.Repeat("a", 20_001)+`"`), "description"),
	"20,001 code points of four bytes":    ticket(described(`"`+strings.Repeat("🎫", 20_001)+`"`), "description"),
	"a title that is a number":            ticket(titled("1"), "title"),
	"a title that is true":                ticket(titled("true"), "title"),
	"a title that is null":                ticket(titled("null"), "title"),
	"a title that is an array":            ticket(titled(`["t"]`), "title"),
	"a title that is an object":           ticket(titled(`{"t":"t"}`), "title"),
	"a description that is null":          ticket(described("null"), "description"),
	"a description that is a number":      ticket(described("1e400"), "description"),
	"a creator who is null":               ticket(by("null"), "createdBy"),
	"a creator who is a string":           ticket(by(`"1"`), "createdBy"),
	"a creator who is true":               ticket(by("true"), "createdBy"),
	"a creator who is an array":           ticket(by("[1]"), "createdBy"),
	"a creator who is an object":          ticket(by(`{"id":1}`), "createdBy"),
	"creator 0":                           ticket(by("0"), "createdBy"),
	"creator -0":                          ticket(by("-0"), "createdBy"),
	"creator -1":                          ticket(by("-1"), "createdBy"),
	"creator 1.0":                         ticket(by("1.0"), "createdBy"),
	"creator 1.5":                         ticket(by("1.5"), "createdBy"),
	"creator 1e0":                         ticket(by("1e0"), "createdBy"),
	"creator 1e2":                         ticket(by("1e2"), "createdBy"),
	"creator 1e400":                       ticket(by("1e400"), "createdBy"),
	"a creator one past 64 bits":          ticket(by("9223372036854775808"), "createdBy"),
	"a creator far below 64 bits":         ticket(by("-9223372036854775809"), "createdBy"),
	"a creator of 400 digits":             ticket(by(strings.Repeat("9", 400)), "createdBy"),
	"a creator who does not exist":        ticket(by("9223372036854775807"), "createdBy"),
	"an unknown field": ticket(`{"title":"t","description":"d","priority":"high"}`,
		"priority"),
	"the field of the answer": ticket(`{"title":"t","description":"d","created_by":1}`,
		"created_by"),
	"a field in another case":             ticket(`{"Title":"t","description":"d"}`, "Title", "title"),
	"a field with a blank":                ticket(`{"title ":"t","title":"t","description":"d"}`, "title "),
	"an unknown field with control codes": ticket(`{"title":"t","description":"d","a\u0000\n":1}`, "a??"),
	"an unknown field that is very long": ticket(`{"title":"t","description":"d","`+strings.Repeat("x",
		5000)+`":1}`, strings.Repeat("x", 64)+"…"),
	"a field of the prototype": ticket(`{"title":"t","description":"d","__proto__":{"admin":true}}`,
		"__proto__"),
	"everything wrong at once": ticket(`{"title":" ","description":7,"createdBy":1.5,"x":1,"y":2}`,
		"title", "description", "createdBy", "x", "y"),
	"two fields missing and one too many": ticket(`{"subject":"t"}`, "title", "description", "subject"),
	"a wrong type beside a missing field": ticket(`{"createdBy":"me"}`, "title", "description", "createdBy"),
	"a broken body and a broken parameter": {
		method: "POST", path: "/tickets?dry=1", body: `{"title":"t"}`, fields: []string{"dry", "description"},
	},
}

// user is a POST of a body that must be refused for these fields.
func user(name, email string, fields ...string) hostile {
	return hostile{
		method: "POST", path: "/users", body: `{"name":` + name + `,"email":` + email + `}`, fields: fields,
	}
}

// address is a user whose address must be refused.
func address(email string) hostile { return user(`"n"`, `"`+email+`"`, "email") }

var brokenUsers = map[string]hostile{
	"a user without anything": {method: "POST", path: "/users", body: `{}`, fields: []string{"name", "email"}},
	"a user who is null":      {method: "POST", path: "/users", body: `null`, fields: []string{"body"}},
	"a user with a role": {
		method: "POST", path: "/users", body: `{"name":"n","email":"n@example.com","role":"admin"}`,
		fields: []string{"role"},
	},
	"a user with an id": {
		method: "POST", path: "/users", body: `{"id":1,"name":"n","email":"n@example.com"}`, fields: []string{"id"},
	},
	"a name and an address of no type": user("1", "null", "name", "email"),
	"an empty name and address":        user(`""`, `""`, "name", "email"),
	"a name of blanks":                 user(`" \u00a0"`, `"n@example.com"`, "name"),
	"a name of 101 code points":        user(`"`+strings.Repeat("é", 101)+`"`, `"n@example.com"`, "name"),
	"a name of fillers":                user(`"\u1160\u200b"`, `"n@example.com"`, "name"),
	"a name with a line break":         user(`"a\nb"`, `"n@example.com"`, "name"),
	"a name with NUL":                  user(`"a\u0000"`, `"n@example.com"`, "name"),
	"a name that is not UTF-8":         user("\"\xff\"", `"n@example.com"`, "name"),
	"an address without @":             address("ann"),
	"an address without a name":        address("@example.com"),
	"an address without a host":        address("ann@"),
	"an address with two @":            address("ann@b@example.com"),
	"an address with a display name":   address("Ann <ann@example.com>"),
	"an address in angle brackets":     address("<ann@example.com>"),
	"two addresses":                    address("ann@example.com,bob@example.com"),
	"an address with a blank before":   address(" ann@example.com"),
	"an address with a blank after":    address("ann@example.com "),
	"an address with a comment":        address("ann@example.com (Ann)"),
	"an address with a line break":     address(`ann@example.com\r\nBcc: bob@example.com`),
	"an address with NUL":              address(`ann\u0000@example.com`),
	"an address of 255 octets": address(strings.Repeat("a", 60) + "@" + strings.Repeat("b", 190) +
		".com"),
	"an address of 255 octets in few":    address(strings.Repeat("é", 122) + "@example.com"),
	"an address with half a surrogate":   address(`ann\ud800@example.com`),
	"an address of two labels and a dot": address("ann@example..com"),
}
