// Package mongodb is the production engine of docstore: a MongoDB replica set
// or sharded cluster through mongo-driver v2.
//
// A record is one MongoDB document:
//
//	{_id, rev, gen: "city,next_step", ix: {city: {p, s, i}}, body: {…}}
//
// gen names the indexes whose entries the document holds, ix holds the entries
// (part, sort, and the id again, which breaks ties), and body is a real BSON
// document that comes back as the JSON it was.
//
// It owns that layout, the indexes on it, and the back-fill of entries that a
// document lacks, be it old or written by an older process during a rolling
// upgrade. It takes in records, writes with majority concern, and decides
// races by what single-document writes promise: a unique _id, and a filter on
// (_id, rev). It needs no transactions and no server-side code.
//
// On a sharded cluster shard every collection by {_id: "hashed"}: an id is
// unique across shards only if it is the shard key.
package mongodb
