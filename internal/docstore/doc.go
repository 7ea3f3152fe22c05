// Package docstore keeps JSON documents in typed collections with revisions
// and declared indexes. Services are written once on it; what lies below is an
// Engine: docstore/sqlite (embedded default) or docstore/mongodb (production).
//
// It owns the rules that both engines share: ids as arbiters (a second insert
// says "exists"), compare-and-swap on the revision, read-modify-write with
// retry, index entries computed in Go and stored beside the body, cursors, and
// the back-fill of an index that is new to an old collection. It takes in
// structs with encoding/json tags and gives them back with their revision.
//
// There is no query language: a collection is read by id, or along a declared
// index (equality on Key.Part, one range on Key.Sort, ties broken by id).
// Reads stream; nothing skips or counts its way to a page.
package docstore
