package testenv

import (
	"context"
	"os"
	"syscall"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
)

// DB is a fresh SQLite store in a directory of the test's own.
func DB(t testing.TB) *docstore.DB {
	t.Helper()
	engine, err := sqlite.Open(context.Background(), StoreDir(t))
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error("close the store:", err)
		}
	})
	return db
}

// StoreDir is a directory of the test's own for a store whose test is not about
// the disk: in memory, where the machine has room for it, because a commit on a
// disk waits milliseconds.
func StoreDir(t testing.TB) string {
	t.Helper()
	const memory, room = "/dev/shm", 2 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < room {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "minyi-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
