package learn

import "hash/fnv"

// Groups gives each text the number of its group of near-duplicates, so that
// copies of one complaint never stand on both sides of a test. Texts share a
// group when two of their eight least hashes over six-character pieces agree
// (min-hashing, bands of two).
func Groups(texts []string) []int {
	parent := make([]int, len(texts))
	for i := range parent {
		parent[i] = i
	}
	var find func(int) int
	find = func(i int) int {
		if parent[i] != i {
			parent[i] = find(parent[i])
		}
		return parent[i]
	}
	first := make(map[[3]uint64]int)
	for i, t := range texts {
		least := minhash([]rune(t))
		for band := 0; band < len(least); band += 2 {
			key := [3]uint64{uint64(band), least[band], least[band+1]}
			if j, met := first[key]; met {
				parent[find(i)] = find(j)
			} else {
				first[key] = i
			}
		}
	}
	out := make([]int, len(texts))
	for i := range texts {
		out[i] = find(i)
	}
	return out
}

func minhash(r []rune) [8]uint64 {
	var least [8]uint64
	for k := range least {
		least[k] = ^uint64(0)
	}
	for i := 0; i == 0 || i+6 <= len(r); i++ {
		h := hashRunes(r[i:min(i+6, len(r))])
		for k := range least {
			x := (h ^ uint64(k)*0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd
			x ^= x >> 33
			least[k] = min(least[k], x)
		}
	}
	return least
}

// HeldOut reports whether a group belongs to the test fifth. It depends on the
// group's first text alone, so that it is the same for every model judged.
func HeldOut(first string) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(first))
	return h.Sum32()%5 == 0
}
