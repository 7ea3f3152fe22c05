package jieba_test

import (
	"testing"

	"github.com/go-ego/gse"

	"minyi/nlp/jieba"
)

// BenchmarkBesideGSE cuts the same real letters with gse, the pure-Go
// segmenter that could stand in:
//
//	go test ./nlp/jieba -run XXX -bench BesideGSE
func BenchmarkBesideGSE(b *testing.B) {
	texts := cutTo(b, 200)
	bytes := int64(len(texts[0]))
	seg, err := jieba.New(jieba.Dictionary{})
	if err != nil {
		b.Fatal(err)
	}
	defer seg.Close()
	other, err := gse.NewEmbed("zh")
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	next := func() string { i++; return texts[i%len(texts)] }
	b.Run("gse.Cut", func(b *testing.B) {
		b.SetBytes(bytes)
		measure(b, func() { other.Cut(next(), true) })
	})
	b.Run("jieba.Tag", func(b *testing.B) {
		b.SetBytes(bytes)
		measure(b, func() { seg.Tag(next()) })
	})
	b.Run("jieba.Tag-parallel", func(b *testing.B) {
		b.SetBytes(bytes)
		b.RunParallel(func(pb *testing.PB) {
			for k := 0; pb.Next(); k++ {
				seg.Tag(texts[k%len(texts)])
			}
		})
	})
}
