package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"minyi/internal/fault"
)

const lockName = "minyi.lock"

// dirLock keeps a second process out of a data directory. The kernel drops it
// when its holder dies, however it dies; the text within is only for people.
type dirLock struct{ file *os.File }

func lockDir(dir string) (*dirLock, error) {
	path := filepath.Join(dir, lockName)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unusable(dir, err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := os.ReadFile(path)
		_ = file.Close()
		return nil, inUse(dir, strings.TrimSpace(string(holder)))
	}
	if err != nil {
		_ = file.Close()
		return nil, unusable(dir, err)
	}
	l := &dirLock{file: file}
	l.sign()
	return l, nil
}

// sign writes who holds the lock; a failure costs only the name in a message.
func (l *dirLock) sign() {
	host, _ := os.Hostname()
	text := fmt.Sprintf("pid %d on %s since %s\n", os.Getpid(), host, time.Now().Format(time.RFC3339))
	if l.file.Truncate(0) == nil {
		_, _ = l.file.WriteAt([]byte(text), 0)
	}
}

func (l *dirLock) release() error {
	_ = l.file.Truncate(0)
	return l.file.Close() // closing lets the lock go
}

func inUse(dir, holder string) error {
	zh, en := "另一个进程", "another process"
	if holder != "" {
		zh, en = "另一个进程("+holder+")", "another process ("+holder+")"
	}
	return fault.New(fault.Unavailable, "data_dir_in_use",
		fmt.Sprintf("数据目录 %s 正由%s使用。请先停止它，或为本进程指定另一个数据目录。", dir, zh),
		fmt.Sprintf("the data directory %s is in use by %s: stop it first, or give this process another data directory", dir, en))
}

// freeBytes gives the space left for unprivileged users, -1 where unknown.
func freeBytes(dir string) int64 {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return -1
	}
	return int64(s.Bavail) * int64(s.Bsize)
}
