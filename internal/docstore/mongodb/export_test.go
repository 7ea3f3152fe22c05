package mongodb

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Drop removes the whole database, after a test on a server that stays.
func (e *Engine) Drop(ctx context.Context) error { return e.db.Drop(ctx) }

// SetFormat pretends that the database was written in another format.
func (e *Engine) SetFormat(ctx context.Context, version int) error {
	_, err := e.db.Collection(metaCollection).UpdateOne(ctx, bson.D{{Key: "_id", Value: "format"}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: version}}}})
	return err
}
