//go:build race

package jieba_test

// raced says that the race detector multiplies memory.
const raced = true
