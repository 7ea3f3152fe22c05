package kit

import (
	"cmp"
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"unicode"
)

// Doc says of a plain route what its types would say of a typed one.
type Doc struct {
	Summary string
	Query   []string // names of what it reads from the query
	Takes   string   // media type of the body; "" for none
	Gives   string   // media type of the answer; "" for whatever suits
}

// route is what is known of a route beside its handler.
type route struct {
	pattern   string
	method    string       // of the service, for an operation's name; "" when plain
	req, resp reflect.Type // nil when plain
	doc       Doc
}

// About names a document, its version and the listeners that it describes.
type About struct {
	Title, Description, Version string
	Listeners                   []Listener
}

// Listener is a router, the address it is reached at, and whether its routes
// need a token.
type Listener struct {
	Router *Router
	URL    string
	Locked func(path string) bool
}

// object keeps the document's maps short to write.
type object = map[string]any

// OpenAPI describes every route of the listeners as an OpenAPI 3.1 document,
// from the very types that the routes read and write: it cannot differ from
// what runs.
func OpenAPI(a About) ([]byte, error) {
	d := &document{schemas: object{}, names: map[reflect.Type]string{}, ids: map[string]bool{}}
	d.schemas["Problem"] = d.fields(reflect.TypeFor[problem]())
	d.requests(a.Listeners)
	paths := object{}
	for _, l := range a.Listeners {
		for _, r := range l.Router.routes {
			method, path, _ := strings.Cut(r.pattern, " ")
			path = strings.TrimSuffix(wildcard.ReplaceAllString(path, "{$1}"), "{$}")
			item, _ := paths[path].(object)
			if item == nil {
				item = object{"servers": []object{{"url": l.URL}}}
				paths[path] = item
			}
			op, err := d.operation(r, method, path)
			if err != nil {
				return nil, err
			}
			if l.Locked == nil || !l.Locked(path) {
				op["security"] = []object{}
			}
			item[strings.ToLower(method)] = op
		}
	}
	return json.MarshalIndent(object{
		"openapi":  "3.1.0",
		"info":     object{"title": a.Title, "description": a.Description, "version": a.Version},
		"security": []object{{"token": []string{}}, {"session": []string{}}},
		"paths":    paths,
		"components": object{"schemas": d.schemas, "securitySchemes": object{
			"token":   object{"type": "http", "scheme": "bearer", "description": "a staff token (minyi token new); /peer/ routes take peers.token alone"},
			"session": object{"type": "apiKey", "in": "cookie", "name": "minyi_staff", "description": "set by /signin, ends after 12 hours or with its token"},
		}},
	}, "", "  ")
}

// document collects the schemas that its operations name.
type document struct {
	schemas object
	names   map[reflect.Type]string
	ids     map[string]bool
	answers bool // requests are described first: theirs have no required fields
}

func (d *document) requests(listeners []Listener) {
	for _, l := range listeners {
		for _, r := range l.Router.routes {
			if r.req != nil && hasBody(r.req) {
				d.schema(r.req)
			}
		}
	}
	d.answers = true
}

func (d *document) operation(r route, method, path string) (object, error) {
	op := object{"operationId": d.id(r, method, path), "tags": []string{tag(path)}, "summary": cmp.Or(r.doc.Summary, words(r.method), method+" "+path)}
	gives := cmp.Or(r.doc.Gives, "*/*")
	answer, params := object{}, []object{}
	if r.req == nil {
		for _, m := range wildcard.FindAllStringSubmatch(path, -1) {
			params = append(params, object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}})
		}
		for _, name := range r.doc.Query {
			params = append(params, object{"name": name, "in": "query", "schema": object{"type": "string"}})
		}
		if r.doc.Takes != "" {
			op["requestBody"] = object{"required": true, "content": object{r.doc.Takes: object{}}}
		}
	} else {
		bind, err := newBinder(r.req, path)
		if err != nil {
			return nil, err
		}
		gives, answer, params = "application/json", object{"schema": d.schema(r.resp)}, d.parameters(r.req, bind)
		if method != http.MethodGet && method != http.MethodDelete && hasBody(r.req) {
			op["requestBody"] = object{"content": object{"application/json": object{"schema": d.schema(r.req)}}}
		}
	}
	if len(params) > 0 {
		op["parameters"] = params
	}
	op["responses"] = object{
		"200":     object{"description": "done", "content": object{gives: answer}},
		"default": object{"description": "refused", "content": object{"application/problem+json": object{"schema": ref("Problem")}}},
	}
	return op, nil
}

// id names an operation once: the service's method, or the route itself.
func (d *document) id(r route, method, path string) string {
	name := r.method
	if name == "" || d.ids[name] {
		name = strings.ToLower(method) + nonWord.ReplaceAllString(path, "_")
	}
	d.ids[name] = true
	return name
}

var nonWord = regexp.MustCompile(`[^A-Za-z0-9]+`)

// tag groups operations by the part that they belong to.
func tag(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "/"), "api/v1/"), "/")
	return cmp.Or(first, "overview")
}

// methodName gives StartCampaign for survey.(*Service).StartCampaign.
func methodName(f any) string {
	name := runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()
	name = strings.TrimSuffix(name[strings.LastIndexByte(name, '.')+1:], "-fm")
	if strings.HasPrefix(name, "func") {
		return ""
	}
	return name
}

// words turns StartCampaign into "start campaign".
func words(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func (d *document) parameters(t reflect.Type, b *binder) []object {
	var out []object
	add := func(in string, fields []field) {
		for _, f := range fields {
			p := object{"name": f.name, "in": in, "schema": d.schema(t.FieldByIndex(f.index).Type)}
			if in == "path" {
				p["required"] = true
			}
			out = append(out, p)
		}
	}
	add("path", b.path)
	add("query", b.query)
	return out
}

// hasBody reports whether a request has fields that come in its body.
func hasBody(t reflect.Type) bool {
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous && f.IsExported() && f.Type != tenantType && f.Tag.Get("path") == "" && f.Tag.Get("json") != "-" && f.Tag.Get("query") == "" {
			return true
		}
	}
	return false
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }
