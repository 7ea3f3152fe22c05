package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
)

// readers are the connections by which records are read. They stand past
// database/sql, whose pool, conversions and row locks cost a look-up by id as
// much again as SQLite's own work.
type readers struct {
	free   chan *reader // each is one caller's at a time
	stop   chan struct{}
	opened int
}

// reader is one connection with the statements prepared on it. The texts of a
// table's statements are few, so the prepared ones are kept.
type reader struct {
	conn     driver.Conn
	prepared map[string]driver.Stmt
	row      [4]driver.Value
}

// openReaders opens n connections that cannot write.
func openReaders(path string, n int) (*readers, error) {
	r := &readers{free: make(chan *reader, n), stop: make(chan struct{})}
	for range n {
		conn, err := openReading(path)
		if err != nil {
			return nil, errors.Join(err, r.close())
		}
		r.free <- &reader{conn: conn, prepared: map[string]driver.Stmt{}}
		r.opened++
	}
	return r, nil
}

// query gives each row of a reading statement to take, until take says that it
// has enough. It is not broken off once it runs: each statement reads a bounded
// piece. What stands in row is take's until the next row.
func (r *readers) query(ctx context.Context, text string, args []driver.Value, take func(row []driver.Value) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var c *reader
	select {
	case <-r.stop: // first, for a connection may be free as well
		return closedStore()
	default:
	}
	select {
	case c = <-r.free:
	case <-r.stop:
		return closedStore()
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { r.free <- c }()
	return c.query(text, args, take)
}

func (c *reader) query(text string, args []driver.Value, take func(row []driver.Value) bool) error {
	stmt, err := c.prepare(text)
	if err != nil {
		return err
	}
	rows, err := stmt.Query(args) //nolint:staticcheck // without a context the driver needs no goroutine to watch it
	if err != nil {
		return err
	}
	row := c.row[:len(rows.Columns())]
	for {
		if err = rows.Next(row); err != nil || !take(row) {
			break
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, rows.Close())
}

func (c *reader) prepare(text string) (driver.Stmt, error) {
	if stmt := c.prepared[text]; stmt != nil {
		return stmt, nil
	}
	stmt, err := c.conn.Prepare(text)
	if err == nil {
		c.prepared[text] = stmt
	}
	return stmt, err
}

// close waits for the reads under way and closes every connection.
func (r *readers) close() error {
	close(r.stop)
	var err error
	for range r.opened {
		c := <-r.free
		for _, stmt := range c.prepared {
			err = errors.Join(err, stmt.Close())
		}
		err = errors.Join(err, c.conn.Close())
	}
	return err
}
