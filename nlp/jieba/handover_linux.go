package jieba

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// handOver puts content where C++ can open it by path: an anonymous memory file
// reached through /proc, so that a read-only root file system will do.
func handOver(name string, content []byte) (path string, done func(), err error) {
	fd, err := unix.MemfdCreate("minyi-"+name, unix.MFD_CLOEXEC)
	if err != nil {
		return "", nil, fmt.Errorf("jieba: memory file for %s: %w", name, err)
	}
	f := os.NewFile(uintptr(fd), name)
	if _, err := f.Write(content); err != nil {
		_ = f.Close()
		return "", nil, fmt.Errorf("jieba: write memory file for %s: %w", name, err)
	}
	return fmt.Sprintf("/proc/self/fd/%d", fd), func() { _ = f.Close() }, nil
}
