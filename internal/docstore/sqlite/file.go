package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	applicationID = 0x4d4e5949 // "MNYI", in SQLite's application_id
	formatVersion = 1          // in SQLite's user_version
	metaTable     = `"_collections"`
)

type fileState int

const (
	fileAbsent fileState = iota
	fileClean
	fileUnclean // its last user did not close it
)

// inspect looks at the file before SQLite does, because SQLite takes an empty
// file for a new store and finds a truncated one only when it reads there.
func inspect(path string) (fileState, error) {
	wal, walErr := os.Stat(path + "-wal")
	logged := walErr == nil && wal.Size() > 0
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		if logged {
			return 0, damaged(path, "the file is missing while its write-ahead log is there")
		}
		return fileAbsent, nil
	}
	if err != nil {
		return 0, unusable(path, err)
	}
	defer file.Close()
	want, err := checkHeader(file, path)
	if err != nil {
		return 0, err
	}
	if logged {
		// A log that was being folded may leave the file short; SQLite mends
		// that, and the check afterwards tells whether it could.
		return fileUnclean, nil
	}
	info, err := file.Stat()
	if err != nil {
		return 0, unusable(path, err)
	}
	if info.Size() < want {
		return 0, damaged(path, fmt.Sprintf("%d bytes are there, %d are missing", info.Size(), want-info.Size()))
	}
	return fileClean, nil
}

// checkHeader tells the size that the file should have.
// https://www.sqlite.org/fileformat2.html#the_database_header
func checkHeader(file *os.File, path string) (size int64, err error) {
	var header [100]byte
	n, err := io.ReadFull(file, header[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, unusable(path, err)
	}
	magic := "SQLite format 3\x00"
	if start := min(n, len(magic)); string(header[:start]) != magic[:start] {
		return 0, foreign(path)
	}
	if n < len(header) {
		return 0, damaged(path, fmt.Sprintf("only %d bytes are left", n))
	}
	if binary.BigEndian.Uint32(header[68:]) != applicationID {
		return 0, foreign(path)
	}
	page := int64(binary.BigEndian.Uint16(header[16:]))
	if page == 1 {
		page = 65536
	}
	return page * int64(binary.BigEndian.Uint32(header[28:])), nil
}

// create makes a store beside its place and moves it there when it is whole,
// so that a file of that name is never half a store.
func create(ctx context.Context, path string) error {
	fresh := path + ".new"
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(fresh + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unusable(path, err)
		}
	}
	if err := initialise(ctx, fresh); err != nil {
		return refine(path, err)
	}
	if err := os.Chmod(fresh, 0o600); err != nil {
		return unusable(path, err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return unusable(path, err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return unusable(path, err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil { // the name must survive a power cut, too
		return unusable(path, err)
	}
	return nil
}

func initialise(ctx context.Context, path string) error {
	db, err := sql.Open(driverName, dsn(path, readerCache))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, fmt.Sprintf(`
		PRAGMA application_id = %d;
		PRAGMA user_version = %d;
		CREATE TABLE %s (name TEXT PRIMARY KEY, indexes TEXT NOT NULL, filled INTEGER NOT NULL)`,
		applicationID, formatVersion, metaTable))
	return errors.Join(err, db.Close())
}

// checkFormat refuses a file of another program and one of a newer minyi.
func checkFormat(ctx context.Context, db *sql.DB, path string) error {
	var app, version int
	err := db.QueryRowContext(ctx, "SELECT a.application_id, v.user_version FROM pragma_application_id a, pragma_user_version v").Scan(&app, &version)
	switch {
	case err != nil:
		return err
	case app != applicationID:
		return foreign(path)
	case version > formatVersion:
		return newer(path, version, formatVersion)
	}
	return nil
}
