//go:build !race

package jieba_test

const raced = false
