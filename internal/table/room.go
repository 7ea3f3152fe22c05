package table

import (
	"os"
	"path/filepath"
	"syscall"
	"time"

	"minyi/internal/fault"
)

// room is a folder for the parts of a workbook that are too large for memory.
// They hold names and numbers, so the folder is locked while it is in use: the
// kernel drops the lock when its process dies, however it dies, and whoever
// comes next clears the folder away.
type room struct {
	dir  string
	lock *os.File
}

const (
	roomPattern = "minyi-sheets-*"
	// settling is longer than the moment between a room's making and its lock.
	settling = time.Minute
)

func newRoom() (*room, error) {
	ClearRooms()
	dir, err := os.MkdirTemp("", roomPattern)
	if err != nil {
		return nil, fault.Wrap(err, "make a temporary folder")
	}
	lock, err := os.Open(dir)
	if err == nil {
		err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	r := &room{dir: dir, lock: lock}
	if err != nil {
		r.leave()
		return nil, fault.Wrap(err, "lock a temporary folder")
	}
	return r, nil
}

func (r *room) leave() {
	_ = os.RemoveAll(r.dir)
	if r.lock != nil {
		_ = r.lock.Close()
	}
}

// ClearRooms deletes what imports that were killed left in the temporary
// folder.
func ClearRooms() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), roomPattern))
	for _, dir := range left {
		lock, err := os.Open(dir)
		if err != nil {
			continue
		}
		info, err := lock.Stat()
		if err == nil && time.Since(info.ModTime()) > settling && syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(dir)
		}
		_ = lock.Close()
	}
}
