package api

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"minyi/internal/fault"
	"minyi/internal/kit"
)

// limiter bounds requests by address prefix: /24 for IPv4 and /64 for IPv6,
// which one household or one attacker can hardly leave.
type limiter struct {
	perMinute int
	proxies   int
	next      http.Handler
	now       func() time.Time

	mu      sync.Mutex
	buckets map[netip.Prefix]*bucket
	swept   time.Time
}

type bucket struct {
	rate *rate.Limiter
	used time.Time
}

// wrongLinkCost is how much a 404 takes from the bucket beyond its own
// request: guessing links must run dry long before reading pages does.
const wrongLinkCost = 9

var errTooMany = fault.New(fault.RateLimited, "too_many_requests", "访问过于频繁，请稍后再试。", "too many requests from this address, try again shortly")

func newLimiter(perMinute, proxies int, now func() time.Time, next http.Handler) *limiter {
	return &limiter{perMinute: perMinute, proxies: proxies, next: next, now: now, buckets: map[netip.Prefix]*bucket{}}
}

func (l *limiter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b := l.bucket(clientPrefix(r, l.proxies))
	if !b.AllowN(l.now(), 1) {
		w.Header().Set("Retry-After", "10")
		kit.WriteError(w, r, errTooMany)
		return
	}
	sw := &codeWriter{ResponseWriter: w}
	l.next.ServeHTTP(sw, r)
	if sw.code == http.StatusNotFound {
		b.ReserveN(l.now(), min(wrongLinkCost, b.Burst()))
	}
}

func (l *limiter) bucket(p netip.Prefix) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if now.Sub(l.swept) > time.Minute {
		l.sweep(now)
	}
	b, ok := l.buckets[p]
	if !ok {
		b = &bucket{rate: rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), max(10, l.perMinute/4))}
		l.buckets[p] = b
	}
	b.used = now
	return b.rate
}

// sweep forgets prefixes whose bucket has filled up again.
func (l *limiter) sweep(now time.Time) {
	l.swept = now
	for p, b := range l.buckets {
		if now.Sub(b.used) > 2*time.Minute {
			delete(l.buckets, p)
		}
	}
}

// clientPrefix gives the prefix of the address that the outermost trusted
// proxy saw. With no trusted proxy a X-Forwarded-For is anybody's invention.
func clientPrefix(r *http.Request, proxies int) netip.Prefix {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	if proxies > 0 {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if i := len(hops) - proxies; i >= 0 {
			if seen := strings.TrimSpace(hops[i]); seen != "" {
				host = seen
			}
		}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{} // all unreadable addresses share one bucket
	}
	bits := 64
	if addr = addr.Unmap(); addr.Is4() {
		bits = 24
	}
	p, _ := addr.Prefix(bits)
	return p
}

type codeWriter struct {
	http.ResponseWriter
	code int
}

func (w *codeWriter) WriteHeader(code int) {
	if w.code == 0 {
		w.code = code
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *codeWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
