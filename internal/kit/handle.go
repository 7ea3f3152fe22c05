package kit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/go-kit/kit/endpoint"
	httptransport "github.com/go-kit/kit/transport/http"
)

// Validator is a request that can check its own shape. Rules that must hold
// whoever calls live in the domain types, because calls within the process
// skip the transport.
type Validator interface{ Validate() error }

// Handle adds a typed method under a net/http pattern such as
// "POST /api/v1/campaigns/{id}/start". Fields of Req tagged path:"id" or
// query:"page" come from the address, the others from the JSON body; unknown
// JSON fields are refused. A Req that cannot be bound panics here, at start.
func Handle[Req, Resp any](r *Router, pattern string, m func(context.Context, Req) (Resp, error)) {
	bind, err := newBinder(reflect.TypeFor[Req](), pattern)
	if err != nil {
		panic(err)
	}
	var ep endpoint.Endpoint = func(ctx context.Context, req any) (any, error) { return m(ctx, req.(Req)) }
	server := httptransport.NewServer(ep, decoder[Req](bind, r.cfg.MaxBody), encode,
		httptransport.ServerErrorEncoder(func(ctx context.Context, err error, w http.ResponseWriter) {
			WriteError(w, ctx.Value(requestKey{}).(*http.Request), err)
		}),
		httptransport.ServerBefore(func(ctx context.Context, req *http.Request) context.Context {
			return context.WithValue(ctx, requestKey{}, req)
		}))
	r.add(route{pattern: pattern, method: methodName(m), req: reflect.TypeFor[Req](), resp: reflect.TypeFor[Resp]()}, server)
}

type requestKey struct{}

func decoder[Req any](bind *binder, maxBody int64) httptransport.DecodeRequestFunc {
	return func(_ context.Context, r *http.Request) (any, error) {
		var req Req
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if err := readJSON(r, maxBody, &req); err != nil {
				return nil, err
			}
		}
		if err := bind.fill(reflect.ValueOf(&req).Elem(), r); err != nil {
			return nil, err
		}
		if v, ok := any(req).(Validator); ok {
			if err := v.Validate(); err != nil {
				return nil, err
			}
		}
		return req, nil
	}
}

func readJSON(r *http.Request, limit int64, into any) error {
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, limit))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if errors.Is(err, io.EOF) {
		return nil // no body: every field has its zero value
	}
	if err == nil && d.More() {
		return invalid("body", "请求内容中有多余的数据。", "there is more than one JSON value in the body")
	}
	var tooLarge *http.MaxBytesError
	if err == nil || errors.As(err, &tooLarge) {
		return err
	}
	return jsonFault(err)
}

// jsonFault names the field and never quotes the value, which may be personal.
func jsonFault(err error) error {
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		zh, en := inWords(typ.Type)
		return invalid(cmp.Or(typ.Field, "body"), "应为"+zh+"。", "must be "+en)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return invalid("body", fmt.Sprintf("JSON 在第 %d 字节处有语法错误。", syntax.Offset), fmt.Sprintf("JSON syntax error at byte %d", syntax.Offset))
	}
	if name, ok := unknownField(err); ok {
		return invalid(name, "没有这个字段。", "there is no such field")
	}
	return invalid("body", "请求内容不是有效的 JSON。", "the body is not valid JSON")
}

// inWords says what JSON a Go type takes, for people who do not read Go.
func inWords(t reflect.Type) (zh, en string) {
	switch t.Kind() {
	case reflect.Pointer:
		return inWords(t.Elem())
	case reflect.String:
		return "文本（加引号）", "text in quotes"
	case reflect.Bool:
		return " true 或 false", "true or false"
	case reflect.Float32, reflect.Float64:
		return "数字", "a number"
	case reflect.Slice, reflect.Array:
		return "列表 […]", "a list […]"
	case reflect.Struct, reflect.Map:
		return "对象 {…}", "an object {…}"
	}
	if t.ConvertibleTo(reflect.TypeFor[int64]()) {
		return "整数", "a whole number"
	}
	return "另一种类型的值", "a value of another kind"
}

func unknownField(err error) (string, bool) {
	var name string
	_, scan := fmt.Sscanf(err.Error(), "json: unknown field %q", &name)
	return name, scan == nil
}

func encode(_ context.Context, w http.ResponseWriter, resp any) error {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(resp)
}
