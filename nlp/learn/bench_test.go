package learn

import (
	"math/rand/v2"
	"testing"
)

// made gives texts of words drawn by label, of the size of real letters: 6,000
// texts of about 100 words.
func made(n, words int) []Example {
	rng := rand.New(rand.NewPCG(1, 2))
	labels := []string{"甲", "乙", "丙", "丁", "戊", "己", "庚"}
	out := make([]Example, n)
	for i := range out {
		k := i % len(labels)
		var t Text
		for range words/2 + rng.IntN(words) {
			w := int(rng.ExpFloat64() * 800)
			if rng.IntN(4) == 0 {
				w = 20000*(k+1) + int(rng.ExpFloat64()*300)
			}
			word := string([]rune{rune(0x4e00 + w%3000), rune(0x4e00 + w*7%3000)})
			t.Words = append(t.Words, word)
			t.Runes = append(t.Runes, []rune(word)...)
		}
		out[i] = Example{Text: t, Label: labels[k]}
	}
	return out
}

// BenchmarkTrain trains on 6,000 texts of about 100 words in 7 labels; the aim
// is 2 s.
func BenchmarkTrain(b *testing.B) {
	examples := made(6000, 100)
	b.ResetTimer()
	for b.Loop() {
		if _, err := Train(examples, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
