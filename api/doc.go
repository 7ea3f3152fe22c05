// Package api is the only door: two listeners, staff tokens, rate limits,
// security headers, health and metrics.
//
// It owns who may come in (api_tokens, hashed) and how much at a time; takes
// in the routes of the services as two kit.Routers; gives out the running
// public listener (residents' pages, carriers' callbacks) and the staff
// listener (everything else, behind a token). What lies behind a route is the
// service's business.
package api
