package kit

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"minyi/internal/fault"
)

// Observer is told of every request, by route pattern so that no address or
// token becomes a label.
type Observer interface {
	Observe(listener, pattern string, status int, took time.Duration)
}

// Config bounds a router.
type Config struct {
	Name    string // of the listener, for logs and metrics: "public" or "staff"
	Log     *slog.Logger
	Observe Observer // may be nil
	MaxBody int64    // bytes a typed route accepts; 0: 1 MiB
}

// Router collects the routes of one listener.
type Router struct {
	cfg    Config
	mux    *http.ServeMux
	routes []route
}

// NewRouter makes an empty router.
func NewRouter(cfg Config) *Router {
	if cfg.MaxBody == 0 {
		cfg.MaxBody = 1 << 20
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Router{cfg: cfg, mux: http.NewServeMux()}
}

// Plain adds a handler that writes its own answer: pages, uploads, downloads,
// server-sent events. It bounds its own body. doc tells OpenAPI what the types
// of a typed route would.
func (r *Router) Plain(pattern string, h http.Handler, doc ...Doc) {
	added := route{pattern: pattern}
	if len(doc) > 0 {
		added.doc = doc[0]
	}
	r.add(added, h)
}

func (r *Router) add(added route, h http.Handler) {
	r.routes = append(r.routes, added)
	r.mux.Handle(added.pattern, h)
}

// Patterns lists the routes in the order they were added.
func (r *Router) Patterns() []string {
	patterns := make([]string, len(r.routes))
	for i, added := range r.routes {
		patterns[i] = added.pattern
	}
	return patterns
}

// Handler serves the routes, with our own 404 and 405, a log line and a metric
// a request, and panics turned into a logged 500.
func (r *Router) Handler() http.Handler { return http.HandlerFunc(r.serve) }

func (r *Router) serve(w http.ResponseWriter, req *http.Request) {
	start := time.Now()
	note := &note{}
	req = req.WithContext(context.WithValue(req.Context(), noteKey{}, note))
	sw := &statusWriter{ResponseWriter: w}
	handler, pattern := r.mux.Handler(req)
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			r.cfg.Log.Error("request handler panicked", "listener", r.cfg.Name, "pattern", pattern, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			if sw.status == 0 {
				WriteError(sw, req, fault.New(fault.Internal, "internal", "系统内部错误，请稍后再试。", "internal error"))
			}
		}
		r.finish(req, pattern, sw, note, time.Since(start))
	}()
	if pattern == "" {
		noRoute(handler, sw, req)
		return
	}
	r.mux.ServeHTTP(sw, req) // not handler: the mux also fills in path values
}

func (r *Router) finish(req *http.Request, pattern string, sw *statusWriter, n *note, took time.Duration) {
	status := sw.status
	if status == 0 {
		status = http.StatusOK
	}
	if r.cfg.Observe != nil {
		r.cfg.Observe.Observe(r.cfg.Name, pattern, status, took)
	}
	level := slog.LevelDebug
	switch {
	case req.Context().Err() != nil && status >= 500:
		// The client went away: neither our fault nor worth a page at night.
	case status >= 500:
		level = slog.LevelError
	case status == http.StatusTooManyRequests || status == http.StatusUnauthorized:
		level = slog.LevelInfo
	}
	if !r.cfg.Log.Enabled(req.Context(), level) {
		return
	}
	attrs := []any{"listener", r.cfg.Name, "method", req.Method, "pattern", pattern, "status", status, "took", took.Round(time.Microsecond)}
	if n.err != nil && status >= 500 {
		attrs = append(attrs, "err", n.err)
	}
	r.cfg.Log.Log(req.Context(), level, "request", attrs...)
}

// noRoute answers what the mux would answer as text in our own form.
func noRoute(muxAnswer http.Handler, w http.ResponseWriter, req *http.Request) {
	answer := headOnly{header: http.Header{}}
	muxAnswer.ServeHTTP(&answer, req)
	if answer.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", answer.header.Get("Allow"))
		encodeProblem(w, problem{Title: http.StatusText(answer.status), Status: answer.status, Code: "method_not_allowed", Kind: fault.Invalid,
			Detail: "此地址不支持该操作。", EN: "this address does not take " + req.Method + "; see Allow"})
		return
	}
	WriteError(w, req, fault.New(fault.NotFound, "no_such_address", "没有这个地址，请检查链接是否完整。", "there is no such address; check that the link is complete"))
}

// headOnly keeps a handler's status and headers and drops its text.
type headOnly struct {
	header http.Header
	status int
}

func (h *headOnly) Header() http.Header         { return h.header }
func (h *headOnly) WriteHeader(status int)      { h.status = status }
func (h *headOnly) Write(b []byte) (int, error) { return len(b), nil }

type noteKey struct{}

// note carries the error of a request out to its log line.
type note struct{ err error }

func noteFault(ctx context.Context, err error) {
	if n, ok := ctx.Value(noteKey{}).(*note); ok {
		n.err = err
	}
}

// statusWriter remembers the status; Unwrap keeps flushing and deadlines
// reachable for http.ResponseController.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
