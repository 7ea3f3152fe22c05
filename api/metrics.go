package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is the program's own registry. Labels are route patterns, listeners
// and status classes, never an address, token or name.
type Metrics struct {
	reg      *prometheus.Registry
	requests *prometheus.HistogramVec
}

// NewMetrics makes the registry with the HTTP, Go and process collectors.
func NewMetrics() *Metrics {
	m := &Metrics{reg: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "minyi_http_request_seconds", Help: "Time to answer, by listener, route pattern and status class.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"listener", "route", "status"})}
	m.reg.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Gauge adds a figure that is read when metrics are.
func (m *Metrics) Gauge(name, help string, labels map[string]string, read func() float64) {
	m.reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, read))
}

// Observe records a request.
func (m *Metrics) Observe(listener, pattern string, status int, took time.Duration) {
	if pattern == "" {
		pattern = "none"
	}
	m.requests.WithLabelValues(listener, pattern, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// Handler serves the registry in Prometheus' text form.
func (m *Metrics) Handler() http.Handler { return promhttp.HandlerFor(m.reg, promhttp.HandlerOpts{}) }
