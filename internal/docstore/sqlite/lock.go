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
type dirLock struct {
	file  *os.File
	prior string // what the last holder left: "" after a clean end
}

// logNote in the lock file says that a write-ahead log lies beside the store.
const logNote = "write-ahead log in use"

func lockDir(dir string) (*dirLock, error) {
	path := filepath.Join(dir, lockName)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unusable(dir, err)
	}
	err = flock(file)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		text, _ := os.ReadFile(path)
		_ = file.Close()
		holder, _, _ := strings.Cut(string(text), "\n")
		return nil, inUse(dir, strings.TrimSpace(holder))
	}
	if err != nil {
		_ = file.Close()
		return nil, unusable(dir, err)
	}
	prior, _ := os.ReadFile(path)
	l := &dirLock{file: file, prior: string(prior)}
	l.sign("")
	return l, nil
}

// freeWithin is how long a lock that is held is waited for: a process that was
// killed a moment ago holds it until the kernel has taken it apart, and a
// command lets go soon.
const freeWithin = 3 * time.Second

func flock(file *os.File) error {
	for until := time.Now().Add(freeWithin); ; time.Sleep(20 * time.Millisecond) {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(until) {
			return err
		}
	}
}

// sign writes who holds the lock; a failure costs only the name in a message.
func (l *dirLock) sign(note string) {
	host, _ := os.Hostname()
	text := fmt.Sprintf("pid %d on %s since %s\n%s", os.Getpid(), host, time.Now().Format(time.RFC3339), note)
	if l.file.Truncate(0) == nil {
		_, _ = l.file.WriteAt([]byte(text), 0)
	}
}

func (l *dirLock) release() error {
	_ = l.file.Truncate(0)
	return l.file.Close() // closing lets the lock go
}

// leave lets go and keeps what the last holder left, for a start that failed.
func (l *dirLock) leave() error {
	if l.file.Truncate(0) == nil {
		_, _ = l.file.WriteAt([]byte(l.prior), 0)
	}
	return l.file.Close()
}

func inUse(dir, holder string) error {
	zh, en := "另一个进程", "another process"
	if holder != "" {
		zh, en = "另一个进程（"+holder+"）", "another process ("+holder+")"
	}
	return fault.New(fault.Unavailable, "data_dir_in_use",
		fmt.Sprintf("数据目录 %s 正由%s使用。请先停止它，或为本进程指定另一个数据目录。", dir, zh),
		fmt.Sprintf("the data directory %s is in use by %s: stop it first, or give this process another data directory", dir, en))
}

// missingLog says that the last holder was killed and its log is gone: what it
// wrote last was in there. Going on would lose it without a word.
func (l *dirLock) missingLog(path string) error {
	if _, err := os.Stat(path + "-wal"); err == nil || !strings.Contains(l.prior, logNote) {
		return nil
	}
	return fault.New(fault.Unavailable, "store_log_missing",
		fmt.Sprintf("上次运行未正常结束，而日志文件 %s-wal 不见了，最近写入的内容在其中。请找回该文件放回原处，或用最近的备份恢复；确认放弃这些内容，再删除 %s 后启动。", path, filepath.Join(filepath.Dir(path), lockName)),
		fmt.Sprintf("the last run was cut off and its log %s-wal is gone, with what was written last: put it back, or restore the latest backup; to go on without it, delete %s and start again", path, filepath.Join(filepath.Dir(path), lockName)))
}

// noteLog marks that the store's log is in use, once it is there.
func (l *dirLock) noteLog(path string) {
	if _, err := os.Stat(path + "-wal"); err == nil {
		l.sign(logNote)
	}
}

// freeBytes gives the space left for unprivileged users, -1 where unknown.
func freeBytes(dir string) int64 {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return -1
	}
	return int64(s.Bavail) * int64(s.Bsize)
}
