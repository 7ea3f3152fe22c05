package kit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/go-kit/kit/endpoint"
	httptransport "github.com/go-kit/kit/transport/http"

	"minyi/internal/fault"
)

// Client knows where a peer is and how to prove who calls.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client
}

// NewClient calls the peer at base ("http://minyi-survey:8081") with a bearer
// token. rt may be nil, or Direct for a handler in this process.
func NewClient(base, token string, rt http.RoundTripper) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.New(fault.Invalid, "peer_address_bad", "服务地址应为 http://主机:端口。", "a peer's address must be http://host:port").On(base)
	}
	return &Client{base: u, token: token, http: &http.Client{Transport: rt, Timeout: 60 * time.Second}}, nil
}

// HTTP is the plain client behind c, for uploads and downloads.
func (c *Client) HTTP() *http.Client { return c.http }

// Request makes a request to path with c's token.
func (c *Client) Request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.base.String(), "/")+path, body)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return req, nil
}

// Call gives the method behind pattern at a peer as a function of the same
// type. Its faults are those that the peer's method gave.
func Call[Req, Resp any](c *Client, pattern string) func(context.Context, Req) (Resp, error) {
	bind, err := newBinder(reflect.TypeFor[Req](), pattern)
	if err != nil {
		panic(err)
	}
	method, path, _ := strings.Cut(pattern, " ")
	create := func(ctx context.Context, in any) (*http.Request, error) {
		var body io.Reader
		if method != http.MethodGet {
			encoded, err := json.Marshal(in)
			if err != nil {
				return nil, err
			}
			body = bytes.NewReader(encoded)
		}
		req, err := c.Request(ctx, method, bind.address(path, reflect.ValueOf(in)), body)
		if err == nil && body != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		return req, err
	}
	ep := httptransport.NewExplicitClient(create, decodeResponse[Resp], httptransport.SetClient(c.http)).Endpoint()
	return func(ctx context.Context, req Req) (Resp, error) { return invoke[Resp](ctx, ep, req) }
}

func invoke[Resp any](ctx context.Context, ep endpoint.Endpoint, req any) (Resp, error) {
	var zero Resp
	out, err := ep(ctx, req)
	if err == nil {
		return out.(Resp), nil
	}
	if _, isURL := err.(*url.Error); isURL {
		return zero, fault.New(fault.Unavailable, "peer_unreachable", "服务之间暂时无法连接，稍后会自动重试。", "a peer service cannot be reached").With(err)
	}
	return zero, err
}

// maxReply bounds what a peer may answer: a page of a few hundred briefs is
// under 1 MiB.
const maxReply = 64 << 20

func decodeResponse[Resp any](_ context.Context, r *http.Response) (any, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxReply))
	if err != nil {
		return nil, fault.New(fault.Unavailable, "peer_cut_off", "服务连接中断。", "a peer's answer was cut off").With(err)
	}
	if r.StatusCode >= 300 {
		return nil, readProblem(r.StatusCode, body)
	}
	var resp Resp
	if err := json.Unmarshal(body, &resp); err != nil {
		return nil, fmt.Errorf("peer's answer is not a %T: %w", resp, err)
	}
	return resp, nil
}
