// Package chartstest holds a month of a made-up hotline for tests of charts:
// a scored tree, units, a funnel, words, topics and masked remarks, and
// hand-written peers that answer with them.
package chartstest
