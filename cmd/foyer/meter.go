package main

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"foyer/designer/graph"
	"foyer/runtime/event"
	"foyer/runtime/queue"
)

// meter counts what operators watch. Names follow Prometheus' conventions: seconds, totals.
type meter struct {
	registry *prometheus.Registry
	bus      *event.Bus
	offers   *prometheus.CounterVec
	waited   prometheus.Histogram
	letGo    *prometheus.CounterVec
	requests *prometheus.HistogramVec
}

func newMeter(bus *event.Bus) *meter {
	m := &meter{
		registry: prometheus.NewRegistry(), bus: bus,
		offers: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "foyer_offers_total", Help: "Offers by the state they came into."}, []string{"state"}),
		waited: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "foyer_wait_seconds", Help: "How long callers waited for an agent.", Buckets: []float64{1, 5, 10, 20, 30, 60, 120, 300, 600}}),
		letGo:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "foyer_let_go_total", Help: "Callers let go without a talk, by exit."}, []string{"exit"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "foyer_http_seconds", Help: "Answered requests.", Buckets: []float64{.001, .005, .025, .1, .5, 2.5}},
			[]string{"route", "status"}),
	}
	m.registry.MustRegister(m.offers, m.waited, m.letGo, m.requests,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Offer counts an offer's new state.
func (m *meter) Offer(how queue.OfferState) { m.offers.WithLabelValues(string(how)).Inc() }

// Waited notes a wait that an agent ended.
func (m *meter) Waited(d time.Duration) { m.waited.Observe(d.Seconds()) }

// LetGo counts a caller who was let go.
func (m *meter) LetGo(through graph.Port) { m.letGo.WithLabelValues(string(through)).Inc() }

// request notes an answered request by its route, never by its address.
func (m *meter) request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

// gauge adds a figure that is read when it is asked for.
func (m *meter) gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}
