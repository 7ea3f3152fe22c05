// Package kit turns typed service methods into HTTP routes and back, with
// go-kit's endpoint and transport/http behind it. It is the only place that
// imports go-kit and the only place that sees any.
//
// It owns routing, decoding and checking of requests, the JSON shape of
// errors, request logging by route pattern, body limits and panics. Takes in
// func(ctx, Req) (Resp, error); gives out an http.Handler (Router.Handler) or,
// for a remote peer, the same function type again (Call).
package kit
