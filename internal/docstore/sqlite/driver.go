package sqlite

import (
	"database/sql/driver"
	"errors"
	"net/url"
	"path/filepath"
	"strconv"

	"github.com/mattn/go-sqlite3"
)

// The driver is chosen in docs/adr/0002-sqlite-driver.md; nothing outside this
// file knows which it is.
const driverName = "sqlite3"

// Page caches in KiB. The writer's holds the upper levels of every index of a
// store with millions of documents; readers share the system's cache.
const (
	writerCache = 64 << 10
	readerCache = 2 << 10
)

// dsn writes path so that no letter of it is taken for a parameter.
func dsn(path string, cacheKiB int) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	if !filepath.IsAbs(path) {
		u = url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()}
	}
	return u.String() + "?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_cache_size=-" + strconv.Itoa(cacheKiB)
}

// openReading opens a connection that cannot write, for one goroutine at a
// time, hence without SQLite's own locks around every call.
func openReading(path string) (driver.Conn, error) {
	return new(sqlite3.SQLiteDriver).Open(dsn(path, readerCache) + "&_query_only=1&_mutex=no")
}

// trouble sorts driver errors by what an operator has to do.
type trouble int

const (
	troubleOther trouble = iota
	troubleFull
	troubleDisk
	troubleDamaged
	troubleForeign
	troubleAccess
	troubleBusy
	troubleBig
	troubleStopped
)

func troubleOf(err error) trouble {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return troubleOther
	}
	switch e.Code {
	case sqlite3.ErrFull:
		return troubleFull
	case sqlite3.ErrIoErr, sqlite3.ErrNomem:
		return troubleDisk
	case sqlite3.ErrCorrupt:
		return troubleDamaged
	case sqlite3.ErrNotADB:
		return troubleForeign
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrAuth:
		return troubleAccess
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return troubleBusy
	case sqlite3.ErrTooBig:
		return troubleBig
	case sqlite3.ErrInterrupt:
		return troubleStopped
	}
	return troubleOther
}
