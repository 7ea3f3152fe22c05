package jieba_test

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"minyi/internal/testenv"
	"minyi/nlp/jieba"
)

// resident gives the process's resident memory in MiB.
func resident(t *testing.T) int {
	t.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		testenv.Require(t, "/proc")
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var kb int
		if _, err := fmt.Sscanf(sc.Text(), "VmRSS: %d kB", &kb); err == nil {
			return kb >> 10
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

// TestMemory prints the memory of one instance, of a swap and of 20 passes:
//
//	go test ./nlp/jieba -run TestMemory -v
func TestMemory(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("SKIPPED in -short and under the race detector, which multiplies memory")
	}
	texts := sampled(t)
	before := resident(t)
	seg, err := jieba.New(jieba.Dictionary{})
	if err != nil {
		t.Fatal(err)
	}
	defer seg.Close()
	pass := func() {
		for _, text := range texts {
			seg.Tag(text)
		}
	}
	pass()
	steady := resident(t)
	for range 19 {
		pass()
	}
	after := resident(t)
	if err := seg.Swap(jieba.Dictionary{User: []jieba.UserWord{{Word: "住改商", Tag: "n"}}}); err != nil {
		t.Fatal(err)
	}
	swapped := resident(t)
	t.Logf("before %d MiB, one instance %d, after 20 passes %d, after a swap %d", before, steady, after, swapped)
	if steady > 400 || swapped > 600 {
		t.Errorf("aims: 400 MiB steady, 600 at a swap")
	}
	if grown := after - steady; grown > max(20, steady/10) {
		t.Errorf("grew by %d MiB over 20 passes", grown)
	}
}

// sampled gives every tenth letter.
func sampled(t *testing.T) []string {
	t.Helper()
	f, err := os.Open(testenv.Data(t, "text/teddy_messages_2019.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, r := range rows[1:] {
		if i%10 == 0 {
			out = append(out, strings.ToValidUTF8(r[4], ""))
		}
	}
	return out
}
