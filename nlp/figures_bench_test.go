package nlp

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// BenchmarkHotWords asks for the words of 100,000 analyses: cold (from the
// store, as after a start), warm without the memory of answers, and unchanged.
//
//	go test ./nlp -run XXX -bench HotWords
func BenchmarkHotWords(b *testing.B) {
	w := newBench(b, Config{})
	fill(b, w, 100_000)
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			w.tenants = map[minyi.TenantID]*tenant{}
			ask(b, w)
		}
	})
	b.Run("counted", func(b *testing.B) {
		for b.Loop() {
			w.tenant(minyi.DefaultTenant).answers = nil
			ask(b, w)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			ask(b, w)
		}
	})
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.Logf("Go heap with 100,000 rows: %d MiB", m.HeapAlloc>>20)
}

func ask(b *testing.B, w *bench) {
	b.Helper()
	words, err := w.HotWords(b.Context(), minyi.HotWordsRequest{Slice: minyi.Slice{Audience: minyi.Resident}})
	if err != nil || len(words.Words) == 0 {
		b.Fatalf("%d words, %v", len(words.Words), err)
	}
}

// fill stores n analyses of short comments cut from real letters.
func fill(b *testing.B, w *bench, n int) {
	all := letters(b)
	rng := rand.New(rand.NewPCG(1, 1))
	var docs []docstore.Doc[analysis]
	for i := range n {
		r := []rune(all[i%len(all)].text)
		from := rng.IntN(max(1, len(r)-60))
		res := w.base().Analyse(string(r[from:min(len(r), from+60)]))
		docs = append(docs, docstore.Doc[analysis]{ID: fmt.Sprint("a", i), Body: analysis{Tenant: minyi.DefaultTenant, Rev: 1, Unit: minyi.UnitID(fmt.Sprint("u", i%200)),
			Audience: minyi.Resident, Channel: minyi.ChannelPage, Family: minyi.FamilyCaseClosed, Day: fmt.Sprintf("2026-%02d-%02d", 1+i%11, 1+i%28),
			Respondent: fmt.Sprint("p", i%80_000), Counts: true, Text: res.Text, Cuts: encodeCuts(res.Tokens), Now: verdictOf(res),
			At: w.clock.Now().Add(time.Duration(i) * time.Microsecond)}})
	}
	for part := range slices.Chunk(docs, 1000) {
		if _, err := w.store.analyses.InsertMany(b.Context(), part); err != nil {
			b.Fatal(err)
		}
	}
	w.clock.Advance(time.Minute)
}
