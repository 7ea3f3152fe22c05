package learn

import (
	"math"
	"testing"
)

// A text is the same vector whether it was counted in training or met later.
func TestTrainingAndUseSeeTheSameVector(t *testing.T) {
	texts := []Text{text("小区 物业 物业 收费"), text("小区 停车 收费 太 贵"), text(""), text("物业 不作为 小区 停车")}
	texts[0].Hints = []string{"物业服务", "物业服务"}
	texts[3].Hints = []string{"物业服务"}
	for _, triples := range []bool{false, true} {
		s, counted := newSpace(texts, triples)
		for i, want := range texts {
			met := s.vector(want)
			value := make(map[int32]float32)
			for j, n := range met.index {
				value[n] = met.value[j]
			}
			if len(value) != len(counted[i].index) || met.from != counted[i].from {
				t.Fatalf("text %d: %d features met, %d counted", i, len(value), len(counted[i].index))
			}
			for j, n := range counted[i].index {
				if math.Abs(float64(value[n]-counted[i].value[j])) > 1e-6 {
					t.Errorf("text %d, feature %d: met %v, counted %v", i, n, value[n], counted[i].value[j])
				}
			}
		}
		if len(counted[2].index) != 0 || len(counted[0].index) == 0 {
			t.Errorf("features of nothing %d, of a text %d", len(counted[2].index), len(counted[0].index))
		}
	}
}

func TestTable(t *testing.T) {
	table := newTable(0)
	hashes := []uint64{0, 1, 1 << 32, 1<<32 | 1, 1 << 63, math.MaxUint64}
	for i := range uint64(1000) {
		hashes = append(hashes, i<<40|7, i<<20|9)
	}
	for i, h := range hashes {
		if n := table.number(h); int(n) != i {
			t.Fatalf("hash %x is number %d, want %d", h, n, i)
		}
	}
	for i, h := range hashes {
		if n, known := table.find(h); !known || int(n) != i || table.number(h) != n {
			t.Fatalf("hash %x is found as %d (%v), want %d", h, n, known, i)
		}
	}
	if _, known := table.find(12345); known {
		t.Error("a hash that was never numbered is found")
	}
}
