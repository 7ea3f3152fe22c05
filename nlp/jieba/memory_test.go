package jieba_test

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"

	"minyi/internal/testenv"
	"minyi/nlp"
	"minyi/nlp/jieba"
	"minyi/nlp/topic"
)

// TestMemory prints what the whole pipeline takes: at most while it goes over
// real letters twenty times, what is left after the second and the last time,
// and at most while two threads go on and the dictionary is replaced:
//
//	go test ./nlp/jieba -run TestMemory -v
func TestMemory(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("SKIPPED in -short and under the race detector, which multiplies memory")
	}
	testenv.Long(t)
	letters := everySixth(t)
	seg, err := jieba.New(jieba.Dictionary{})
	if err != nil {
		t.Fatal(err)
	}
	defer seg.Close()
	tax, err := topic.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	whole := nlp.NewAnalyser(seg, tax)
	pass := func() {
		for _, text := range letters {
			whole.Analyse(text)
		}
	}
	pass()
	forgetPeak(t)
	pass()
	second := resident(t)
	for range 18 {
		pass()
	}
	last, steady := resident(t), peak(t)
	forgetPeak(t)
	underLoad(pass, func() {
		for _, word := range []string{"住改商", "月亮岛"} {
			if err := seg.Swap(jieba.Dictionary{User: []jieba.UserWord{{Word: word, Tag: "n"}}}); err != nil {
				t.Error(err)
			}
		}
	})
	swap, left := peak(t), resident(t)
	t.Logf("%d letters: at most %d MiB in 20 passes, %d after the second, %d after the last; at most %d in two swaps under load, %d after them",
		len(letters), steady, second, last, swap, left)
	if steady > 400 || swap > 600 {
		t.Errorf("aims: 400 MiB steady, 600 at a swap")
	}
	if grown := max(last, left) - second; grown > second/10 {
		t.Errorf("grew by %d MiB", grown)
	}
}

// underLoad runs do while two threads repeat load.
func underLoad(load, do func()) {
	var readers sync.WaitGroup
	var done atomic.Bool
	for range 2 {
		readers.Go(func() {
			for !done.Load() {
				load()
			}
		})
	}
	do()
	done.Store(true)
	readers.Wait()
}

// resident gives the process's resident memory in MiB, garbage given back.
func resident(t *testing.T) int {
	t.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	return status(t, "VmRSS")
}

// peak gives the most that was resident since forgetPeak, garbage and all.
func peak(t *testing.T) int { t.Helper(); return status(t, "VmHWM") }

func forgetPeak(t *testing.T) {
	t.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		testenv.Require(t, "/proc/self/clear_refs")
	}
}

func status(t *testing.T, field string) int {
	t.Helper()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		testenv.Require(t, "/proc")
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var kb int
		if _, err := fmt.Sscanf(sc.Text(), field+": %d kB", &kb); err == nil {
			return kb >> 10
		}
	}
	t.Fatal("no " + field)
	return 0
}

func everySixth(t *testing.T) []string {
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
		if i%6 == 0 {
			out = append(out, r[4])
		}
	}
	return out
}
