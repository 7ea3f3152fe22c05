package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"minyi/internal/clock"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/internal/secret"
)

// Config bounds the two listeners.
type Config struct {
	PublicListen, StaffListen string
	StaffURL, PublicURL       string
	Version                   string // of the program, for the OpenAPI document
	PerMinute                 int    // requests a minute from one prefix on the public door
	Proxies                   int    // trusted proxies before it
	PeerToken                 string
	Grace                     time.Duration // for requests in hand at a stop
}

// Deps is what the door needs.
type Deps struct {
	Config  Config
	Tokens  *Tokens
	Trail   *Trail // nil: what staff do leaves no trace (tests)
	Box     *secret.Box
	Clock   clock.Clock
	Log     *slog.Logger
	Metrics *Metrics
	// Ready says why the process cannot serve now, or nil.
	Ready func(context.Context) error
}

// Door is the two listeners.
type Door struct {
	deps            Deps
	local           string // token of the command line on this machine
	public, staff   *kit.Router
	publicL, staffL net.Listener
}

// NewDoor makes the door with its own routes: health, metrics and sign-in.
// Services add theirs to Public and Staff before Listen.
func NewDoor(d Deps) *Door {
	door := &Door{deps: d, local: rand.Text(),
		public: kit.NewRouter(kit.Config{Name: "public", Log: d.Log, Observe: d.Metrics, MaxBody: publicBody}),
		staff:  kit.NewRouter(kit.Config{Name: "staff", Log: d.Log, Observe: d.Metrics}),
	}
	s := door.sessions()
	door.ownRoutes(s)
	return door
}

// publicBody is what a resident may post: every field of the longest
// questionnaire filled to its limit is under 16 KiB.
const publicBody = 64 << 10

// Public is the router of residents' pages and carriers' callbacks.
func (d *Door) Public() *kit.Router { return d.public }

// Staff is the router of everything else.
func (d *Door) Staff() *kit.Router { return d.staff }

func (d *Door) sessions() *sessions {
	return &sessions{tokens: d.deps.Tokens, box: d.deps.Box, clock: d.deps.Clock,
		trail: d.deps.Trail, secure: strings.HasPrefix(d.deps.Config.StaffURL, "https://")}
}

// PublicHandler is the public door without its listener.
func (d *Door) PublicHandler() http.Handler {
	limited := newLimiter(d.deps.Config.PerMinute, d.deps.Config.Proxies, d.deps.Clock.Now, d.public.Handler())
	return headers(bodyLimit(publicBody, limited))
}

// StaffHandler is the staff door without its listener.
func (d *Door) StaffHandler() http.Handler {
	g := &gate{sessions: d.sessions(), tokens: d.deps.Tokens, peerToken: d.deps.Config.PeerToken, local: d.local, trail: d.deps.Trail, next: d.staff.Handler()}
	// A session cookie rides along with requests from other sites; only safe
	// methods may.
	return headers(http.NewCrossOriginProtection().Handler(g))
}

// LocalToken opens the staff door for the life of this process. It is for the
// command line on the same machine and is never stored in the store.
func (d *Door) LocalToken() string { return d.local }

// Trusted is the staff door for a caller in this process whom nothing needs to
// prove: the command line working on its own store.
func (d *Door) Trusted(p kit.Principal) http.Handler {
	inner := d.staff.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.deps.Trail.serve(w, r, p, inner)
	})
}

// Listen takes both ports, so that a port in use stops the start with a clear
// fault and before anything is sent.
func (d *Door) Listen() error {
	var public, staff error
	d.publicL, public = listen("public.listen", d.deps.Config.PublicListen)
	d.staffL, staff = listen("staff.listen", d.deps.Config.StaffListen)
	if public == nil && staff != nil {
		_ = d.publicL.Close()
	}
	if staff == nil && public != nil {
		_ = d.staffL.Close()
	}
	return errors.Join(public, staff)
}

func listen(setting, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		return l, nil
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fault.New(fault.Unavailable, "port_in_use",
			fmt.Sprintf("端口 %s 已被占用。请停止占用它的程序，或用 --set %s=:其他端口 换一个端口。", addr, setting),
			fmt.Sprintf("%s is in use; stop the program that holds it, or choose another with --set %s=:PORT", addr, setting)).On(setting)
	}
	return nil, fault.New(fault.Invalid, "listen_failed",
		fmt.Sprintf("无法监听 %s，请检查 %s 设置。", addr, setting),
		fmt.Sprintf("cannot listen on %s; check %s", addr, setting)).On(setting).With(err)
}

// PublicAddr and StaffAddr are where the door listens, after Listen.
func (d *Door) PublicAddr() string { return d.publicL.Addr().String() }

// StaffAddr is where staff come in, after Listen.
func (d *Door) StaffAddr() string { return d.staffL.Addr().String() }

// Run serves until ctx is done, then lets requests in hand finish.
func (d *Door) Run(ctx context.Context) error {
	// Pages are small and phones are slow; uploads of work orders are large.
	public := server(d.PublicHandler(), 20*time.Second, 30*time.Second)
	staff := server(d.StaffHandler(), 10*time.Minute, 10*time.Minute)
	g, stopped := errgroup.WithContext(ctx)
	g.Go(func() error { return serve(public, d.publicL) })
	g.Go(func() error { return serve(staff, d.staffL) })
	if d.deps.Trail != nil {
		g.Go(func() error { return d.deps.Trail.sweep(stopped) })
	}
	g.Go(func() error {
		<-stopped.Done()
		end, cancel := context.WithTimeout(context.Background(), d.deps.Config.Grace)
		defer cancel()
		return errors.Join(public.Shutdown(end), staff.Shutdown(end))
	})
	err := g.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func server(h http.Handler, read, write time.Duration) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: read, WriteTimeout: write,
		IdleTimeout: 90 * time.Second, MaxHeaderBytes: 32 << 10,
		// The server's own complaints quote addresses and requests.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
}

func serve(s *http.Server, l net.Listener) error {
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// headers sets what every answer carries; pages set their own
// Content-Security-Policy over this strictest one.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

func bodyLimit(n int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, n)
		next.ServeHTTP(w, r)
	})
}

func alive(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) }

// ready answers 503 while the store or the queue cannot be reached, so that no
// resident is sent to a process that cannot keep an answer.
func (d *Door) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if d.deps.Ready != nil {
		if err := d.deps.Ready(ctx); err != nil {
			kit.WriteError(w, r, err)
			return
		}
	}
	alive(w, r)
}
