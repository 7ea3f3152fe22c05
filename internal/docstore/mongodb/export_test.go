package mongodb

import "context"

// Drop removes the whole database, after a test on a server that stays.
func (e *Engine) Drop(ctx context.Context) error { return e.db.Drop(ctx) }
