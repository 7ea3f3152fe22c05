// Package stream carries events between services on Redis Streams: at least
// once, in no promised order, with retries, a dead-letter stream and a way
// back from it.
//
// It owns one stream per (topic, reader group): an entry is deleted once its
// own group has acknowledged it, so no group can eat what another has not
// read, and nothing is ever trimmed away under a reader. Takes in small JSON
// bodies; gives out batches to handlers that are idempotent by id. Streams are
// hints: the stores hold the truth and their sweepers re-announce, so a wiped
// Redis costs time only. That is also why a stream that no one reads is capped
// at publishing (MaxBacklog) and not by trimming.
package stream
