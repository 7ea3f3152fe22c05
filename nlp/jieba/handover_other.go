//go:build !linux

package jieba

import (
	"fmt"
	"os"
)

// handOver puts content into a temporary file where the system has no memory
// files.
func handOver(name string, content []byte) (path string, done func(), err error) {
	f, err := os.CreateTemp("", "minyi-"+name+"-*")
	if err != nil {
		return "", nil, fmt.Errorf("jieba: temporary file for %s: %w", name, err)
	}
	done = func() { _ = f.Close(); _ = os.Remove(f.Name()) }
	if _, err := f.Write(content); err != nil {
		done()
		return "", nil, fmt.Errorf("jieba: write temporary file for %s: %w", name, err)
	}
	return f.Name(), done, nil
}
