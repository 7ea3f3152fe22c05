package sandbox

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// visitor opens pages as a browser would, and only on the loopback address of
// the phone page, whatever links and redirects say.
type visitor struct {
	base   *url.URL
	client *http.Client
	seats  chan struct{}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

var errElsewhere = errors.New("residents of the sandbox stay on the phone page")

func newVisitor(base *url.URL, seats int) *visitor {
	host := base.Host
	if base.Port() == "" {
		host = net.JoinHostPort(base.Hostname(), "80")
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	transport := &http.Transport{MaxIdleConnsPerHost: seats, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr != host {
			return nil, errElsewhere
		}
		return dialer.DialContext(ctx, network, addr)
	}}
	return &visitor{base: base, client: &http.Client{Transport: transport, Timeout: 20 * time.Second}, seats: make(chan struct{}, seats)}
}

// maxSteps is how many pages a questionnaire may be spread over.
const maxSteps = 8

// fillIn opens the page behind path and fills its form in, page after page.
func (v *visitor) fillIn(ctx context.Context, path string, h *hand) (opened, answered bool) {
	select {
	case v.seats <- struct{}{}:
		defer func() { <-v.seats }()
	case <-ctx.Done():
		return false, false
	}
	at := v.base.JoinPath(path)
	page, at, err := v.ask(ctx, http.MethodGet, at, nil)
	if err != nil {
		return false, false
	}
	for step := range maxSteps {
		f := findForm(page)
		if f == nil {
			return true, step > 0
		}
		to, err := at.Parse(f.action)
		if err != nil {
			return true, false
		}
		if page, at, err = v.ask(ctx, http.MethodPost, to, h.fill(f)); err != nil {
			return true, false
		}
	}
	return true, false // it asks for ever
}

var errPage = errors.New("the page did not answer as a page")

// ask fetches a page, waiting where the server says that it is busy.
func (v *visitor) ask(ctx context.Context, method string, at *url.URL, form url.Values) (*html.Node, *url.URL, error) {
	for range 20 {
		req, err := http.NewRequestWithContext(ctx, method, at.String(), strings.NewReader(form.Encode()))
		if err != nil {
			return nil, nil, err
		}
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		req.Header.Set("User-Agent", "minyi-sandbox-resident")
		req.Header.Set("Accept-Language", "zh-CN,zh;q=0.9")
		resp, err := v.client.Do(req)
		if err != nil {
			return nil, nil, err
		}
		if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable {
			_ = resp.Body.Close()
			seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
			pause(ctx, max(time.Duration(seconds)*time.Second, 300*time.Millisecond))
			continue
		}
		return readPage(resp)
	}
	return nil, nil, errPage
}

func readPage(resp *http.Response) (*html.Node, *url.URL, error) {
	defer resp.Body.Close()
	if resp.StatusCode >= 500 || resp.StatusCode == http.StatusNotFound {
		return nil, nil, errPage
	}
	page, err := html.Parse(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, nil, err
	}
	return page, resp.Request.URL, nil
}
